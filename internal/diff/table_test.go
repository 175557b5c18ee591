package diff

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// parseLicense reads a license from JSON: rows by kind, and what else there is
// to know under names that are no kinds. Owner and account are given if not
// said.
func parseLicense(t testing.TB, text string) *resource.License {
	t.Helper()
	v, err := resource.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	l := &resource.License{Owner: resourcetest.Owner, AccountID: "acc", Unreadable: map[string][]string{}}
	for name, v := range v.(*resource.Object).All() {
		switch name {
		case "owner":
			l.Owner = v.(string)
		case "account":
			l.AccountID = v.(string)
		case "clients":
			for _, c := range v.(resource.List) {
				l.ClientIDs = append(l.ClientIDs, c.(string))
			}
		case "gaps":
			for _, g := range v.(resource.List) {
				o := g.(*resource.Object)
				l.Gaps = append(l.Gaps, resource.Gap{Kind: o.String("kind"), ClientID: o.String("client"), ID: o.String("id"), Reason: "refused", Partial: o.Has("partial")})
			}
		case "unreadable":
			for kind, fields := range v.(*resource.Object).All() {
				for _, f := range fields.(resource.List) {
					l.Unreadable[kind] = append(l.Unreadable[kind], f.(string))
				}
			}
		default:
			k := resource.Lookup(name)
			if k == nil {
				t.Fatalf("no kind %s", name)
			}
			rows, err := resource.ObjectsOf(v)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if _, ok := r.Get("secret_key").(string); !ok {
					k.HideSecrets(r)
				}
				k.Canonical(r)
			}
			l.SetRows(name, rows)
		}
	}
	return l
}

// lines is a plan as short texts, one a fact.
func lines(p *Plan) []string {
	out := []string{}
	for _, c := range p.Changes {
		s := string(c.Action) + " " + c.ID
		for _, f := range c.Fields {
			s += " " + f.Path
		}
		if c.Move != nil {
			s += " before:" + resource.Text(c.Move.Before)
		}
		if c.Interim != nil {
			s += " (" + c.Interim.String() + ")"
		}
		if len(c.DependsOn) > 0 {
			s += " needs:" + strings.Join(c.DependsOn, ",")
		}
		if len(c.StartsAfter) > 0 {
			s += " waits:" + strings.Join(c.StartsAfter, ",")
		}
		if c.DeleteFirst && c.kind().ServerID != "" {
			s += " delete first"
		}
		if c.Blocked != "" {
			s += " BLOCKED " + c.Blocked
		}
		out = append(out, s)
	}
	for _, u := range p.Unmanaged {
		out = append(out, "unmanaged "+u.Kind+"/"+u.Key)
	}
	for _, o := range p.Observed {
		out = append(out, "observed "+o.Kind+"/"+o.Key+" "+o.Path)
	}
	for _, s := range p.Skipped {
		out = append(out, strings.TrimSuffix("skip "+s.Kind+"/"+s.Key, "/")+": "+s.Reason)
	}
	for _, n := range p.Notices {
		out = append(out, "note "+n)
	}
	return out
}

// planCase is one comparison. Expected lines that end in … are prefixes.
type planCase struct {
	reason     string
	live, want string
	o          Options
	lines      []string
}

func runCases(t *testing.T, cases []planCase) {
	for _, c := range cases {
		t.Run(strings.ReplaceAll(c.reason, " ", "_"), func(t *testing.T) {
			live, want := parseLicense(t, c.live), parseLicense(t, c.want)
			before := resourcetest.Texts(live) + resourcetest.Texts(want)
			p, err := Compute(live, want, c.o)
			if err != nil {
				t.Fatal(err)
			}
			got := lines(p)
			for i, w := range c.lines {
				if prefix, ok := strings.CutSuffix(w, "…"); ok && i < len(got) && strings.HasPrefix(got[i], prefix) {
					got[i] = w
				}
			}
			if d := cmp.Diff(append([]string{}, c.lines...), got); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, d)
			}
			if resourcetest.Texts(live)+resourcetest.Texts(want) != before {
				t.Error("a license was changed")
			}
			if _, err := inOrder(p); err != nil {
				t.Error(err)
			}
		})
	}
}

// decision returns the text of the Decision that a comparison ends in, "" if
// there is none.
func decision(t *testing.T, live, want string, o Options) string {
	t.Helper()
	_, err := Compute(parseLicense(t, live), parseLicense(t, want), o)
	var d *Decision
	switch {
	case errors.As(err, &d):
		if d.Hint == "" {
			t.Error("a decision without a hint")
		}
		return d.Error()
	case err != nil:
		t.Fatal(err)
	}
	return ""
}

func change(p *Plan, id string) *Change {
	i := slices.IndexFunc(p.Changes, func(c *Change) bool { return c.ID == id })
	if i < 0 {
		panic(fmt.Sprintf("no change %s in %q", id, lines(p)))
	}
	return p.Changes[i]
}
