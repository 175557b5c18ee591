package apply

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Missing is a secret that a change would send and that has no value.
type Missing struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	ChangeID string `json:"change_id"`
}

// MissingSecrets returns every secret that the changes of a plan would send
// and that lookup has no value for, by name and change. Blocked changes send
// nothing.
func MissingSecrets(p *diff.Plan, lookup func(string) (string, bool)) []Missing {
	var out []Missing
	for _, c := range p.Todo() {
		result := &Result{}
		t, problem := newTask(c, result)
		if problem != "" {
			continue
		}
		for i := range t.steps {
			s := &t.steps[i]
			if s.does == deleting {
				continue
			}
			eachSecret(arguments(t, s, t.rowFor(s.does)), func(name resource.Secret) {
				m := Missing{string(name), c.Kind, c.ID}
				if _, ok := lookup(m.Name); !ok && !slices.Contains(out, m) {
					out = append(out, m)
				}
			})
		}
	}
	slices.SortFunc(out, func(a, b Missing) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ChangeID, b.ChangeID))
	})
	return out
}

func eachSecret(v resource.Value, visit func(resource.Secret)) {
	switch v := v.(type) {
	case resource.Secret:
		visit(v)
	case resource.List:
		for i := range v {
			eachSecret(v[i], visit)
		}
	case *resource.Object:
		for _, inner := range v.All() {
			eachSecret(inner, visit)
		}
	}
}

// unseal returns parameters with secrets in the place of their names. What it
// returns is sent and then forgotten.
func (r *run) unseal(args *resource.Object) (*resource.Object, error) {
	sealed := false
	eachSecret(args, func(resource.Secret) { sealed = true })
	if !sealed {
		return args, nil
	}
	var missing []string
	out := r.unsealed(args, &missing)
	if len(missing) > 0 {
		return nil, fmt.Errorf("there is no value for the secret %s", listed(missing))
	}
	return out.(*resource.Object), nil
}

func (r *run) unsealed(v resource.Value, missing *[]string) resource.Value {
	switch v := v.(type) {
	case resource.Secret:
		value, ok := r.o.Secret(string(v))
		if !ok {
			*missing = append(*missing, string(v))
		}
		r.hide(value)
		return value
	case resource.List:
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = r.unsealed(v[i], missing)
		}
		return out
	case *resource.Object:
		out := &resource.Object{}
		for name, inner := range v.All() {
			out.Set(name, r.unsealed(inner, missing))
		}
		return out
	}
	return v
}

// hide remembers a secret, so that no text of the report repeats it.
func (r *run) hide(secret string) {
	if secret != "" {
		r.secrets[secret] = true
	}
}

// scrub takes the secrets out of a text, the longest first.
func (r *run) scrub(text string) string {
	if text == "" || len(r.secrets) == 0 {
		return text
	}
	for _, s := range r.scrubbed() {
		text = strings.ReplaceAll(text, s, "***")
	}
	return text
}

// scrubbed returns the secrets that were in hand, the longest first.
func (r *run) scrubbed() []string {
	out := make([]string, 0, len(r.secrets))
	for s := range r.secrets {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return out
}

// save keeps a secret that an answer revealed, and says in the result what
// became of it. A secret that could not be kept is lost for good.
func (r *run) save(t *task, secret string) {
	r.hide(secret)
	name := t.kind.Name + "/" + resource.Text(t.id)
	reset := fmt.Sprintf("the secret of %s is lost; have a new one made", name)
	if r.o.SaveSecret == nil {
		t.result.note("its secret was not saved")
		r.notice("%s: nothing was given to save it with", reset)
		return
	}
	if err := r.o.SaveSecret(name, secret); err != nil {
		t.result.note("ITS SECRET WAS NOT SAVED: " + err.Error())
		r.notice("%s: %v", reset, err)
		return
	}
	t.result.SecretSaved = name
}
