package snapshot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestSpliceHeader changes what stands above the kinds.
func TestSpliceHeader(t *testing.T) {
	file := "# Nightly.\nlcsync: 1 # version\napi_version: '3.5'\n# whose\nlicense:\n  client_ids: [shop] # one\n  owner: a@x.y\nincomplete:\n  # as ever\n  - kind: tags\n    reason: no scope\ntags: []\n"
	out := splices(t, file, func(l *resource.License) {
		l.Owner, l.AccountID, l.ClientIDs = "b@x.y", "acc", []string{"crm", "shop"}
		l.KnowReadable("agents", []string{"mobile"})
		l.Gaps = append(l.Gaps, resource.Gap{Kind: "agents", Reason: "no answer"})
	}, EncodeOptions{})
	want := "# Nightly.\nlcsync: 1 # version\napi_version: '3.5'\n# whose\nlicense:\n  client_ids: [crm, shop] # one\n  readable:\n    agents:\n      - mobile\n  owner: b@x.y\n  account_id: acc\nincomplete:\n  - kind: agents\n    reason: no answer\n  # as ever\n  - kind: tags\n    reason: no scope\ntags: []\n"
	if diff := cmp.Diff(want, string(out.Data)); diff != "" || len(out.Notices) > 0 {
		t.Errorf("(-want +got)\n%s%v", diff, out.Notices)
	}
	out = splices(t, string(out.Data), func(l *resource.License) { l.Gaps = nil }, EncodeOptions{})
	want = want[:strings.Index(want, "incomplete:")] + "tags: []\n"
	if diff := cmp.Diff(want, string(out.Data)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := fmt.Sprint(out.Notices); got != "[the section incomplete was removed; comment removed: # as ever]" {
		t.Error(got)
	}
}

// TestSpliceAfresh writes files anew that nothing can be kept of but their
// comments, which are told of.
func TestSpliceAfresh(t *testing.T) {
	want := &resource.License{}
	want.Append("tags", resource.Of("name", "a"))
	for name, file := range map[string]string{
		"flow style":  "# one\n{\"lcsync\": 1, \"api_version\": \"3.5\", # two\n \"tags\": []}\n",
		"with errors": "# one\nlcsync: 1\napi_version: \"3.5\" # two\ntags: none\n",
	} {
		old, findings := Decode([]byte(file), "f.yaml")
		if findings.Errors() > 0 {
			old = nil
		}
		out, err := Splice([]byte(file), old, want, EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(encoded(t, want)), string(out.Data)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if len(out.Notices) != 1 || !cmp.Equal(out.Notices[0].Comments, []string{"# one", "# two"}) {
			t.Errorf("%s: %v", name, out.Notices)
		}
	}
}

// TestSpliceRenamesRevealedSecrets: the value of a secret is found under the
// name that the file has for it.
func TestSpliceRenamesRevealedSecrets(t *testing.T) {
	file := header + "webhooks:\n  - id: w\n    action: tag_created\n    owner_client_id: shop\n    secret_key: !secret crm\n    type: license\n    url: https://a.b/c\n"
	out := splices(t, file, func(l *resource.License) {
		l.Rows("webhooks")[0].Set("secret_key", resource.Secret("webhooks/w"))
		l.Secrets = map[string]string{"webhooks/w": "hush", "other": "x"}
	}, EncodeOptions{})
	if diff := cmp.Diff(map[string]string{"crm": "hush", "other": "x"}, out.License.Secrets); diff != "" || string(out.Data) != file {
		t.Errorf("(-want +got)\n%s%s", diff, out.Data)
	}
}

// TestSpliceUntouched: a file that nobody touched is what an export to a new file
// is, but for the name of a secret.
func TestSpliceUntouched(t *testing.T) {
	l := &resource.License{}
	for _, id := range []string{"1", "2"} {
		l.Append("bots", resource.Of("id", id, "name", "Bob "+id))
		l.Append("webhooks", resource.Of("id", id, "action", "tag_created", "owner_client_id", "shop", "secret_key", resource.Secret("webhooks/"+id), "url", "https://a.b/c"+id))
	}
	l.Append("groups", resource.Of("id", int64(1), "name", "VIP"))
	l.Append("tags", resource.Of("name", "t", "group_ids", resource.List{int64(1)}))
	for _, noNames := range []bool{false, true} {
		file, err := written(l, EncodeOptions{NoNames: noNames, Digest: true})
		if err != nil {
			t.Fatal(err)
		}
		want := l.Clone()
		want.Rows("bots")[0].Set("name", "Rob")
		want.Rows("groups")[0].Set("name", "Gold")
		want.Rows("webhooks")[0].Set("id", "3")
		fresh := want.Clone()
		want.Rows("webhooks")[0].Set("secret_key", resource.Secret("webhooks/3"))
		old, _ := Decode(file, "f.yaml")
		out, err := Splice(file, old, want, EncodeOptions{Digest: true})
		if err != nil {
			t.Fatal(err)
		}
		expect, _ := written(fresh, EncodeOptions{Digest: true})
		if diff := cmp.Diff(string(expect), string(out.Data)); diff != "" || len(out.Notices) > 0 {
			t.Errorf("(-want +got)\n%s%v", diff, out.Notices)
		}
	}
}

// TestSpliceDigest: the digest is the last line, wherever it stood, or stays.
func TestSpliceDigest(t *testing.T) {
	line := "# lcsync: values sha256:" + strings.Repeat("0", 64) + "\n"
	file := header + "tags: []\n" + line + "# mine\n"
	change := func(l *resource.License) { l.SetRows("agents", nil) }
	out := splices(t, file, change, EncodeOptions{Digest: true})
	if want := header + "agents: []\ntags: []\n# mine\n" + digestLine(out.License); string(out.Data) != want || len(out.Notices) > 0 {
		t.Errorf("%s%v", out.Data, out.Notices)
	}
	out = splices(t, file, change, EncodeOptions{})
	if want := header + "agents: []\ntags: []\n" + line + "# mine\n"; string(out.Data) != want || len(out.Notices) > 0 {
		t.Errorf("%s%v", out.Data, out.Notices)
	}
	// in a file that nobody touched, too
	doc, _ := Decode([]byte(file), "a.yaml")
	exported, _ := written(doc.License, EncodeOptions{Digest: true})
	out = splices(t, string(exported), change, EncodeOptions{})
	if want := string(digestPattern.Find(exported)); want == "" || !strings.HasSuffix(string(out.Data), "tags: []\n"+want) {
		t.Errorf("%s", out.Data)
	}
}

// BenchmarkSplice20000Agents changes one of them. Compare with
// BenchmarkEncode20000Agents, which is what an export does without it.
func BenchmarkSplice20000Agents(b *testing.B) {
	l := manyAgents(20000)
	data := append([]byte("# All of them.\n"), encoded(b, l)...)
	old, _ := Decode(data, "a.yaml")
	want := l.Clone()
	want.Rows("agents")[12345].Set("name", "Somebody else")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		out, err := Splice(data, old, want, EncodeOptions{Digest: true})
		if err != nil || len(out.Notices) > 0 {
			b.Fatal(err, out.Notices)
		}
	}
}

// TestSpliceKeepsTheUnseen: what no answer tells of stays as the file has it,
// unless an earlier export is known to have read it.
func TestSpliceKeepsTheUnseen(t *testing.T) {
	file := header + "bot_templates:\n  - id: a\n    owner_client_id: shop\n    name: A\n    job_title: Guide # by hand\n    max_chats_count: 3\n"
	out := splices(t, file, func(l *resource.License) {
		for _, f := range []string{"job_title", "max_chats_count"} {
			rowOf(l, "bot_templates", "a").Delete(f)
		}
		l.Unreadable = map[string][]string{"bot_templates": {"job_title", "max_chats_count"}}
		l.Readable = map[string][]string{"bot_templates": {"max_chats_count"}}
	}, EncodeOptions{})
	want := header + "license:\n  readable:\n    bot_templates:\n      - max_chats_count\n" + strings.Replace(file[len(header):], "    max_chats_count: 3\n", "", 1)
	if diff := cmp.Diff(want, string(out.Data)); diff != "" || len(out.Notices) > 0 {
		t.Errorf("(-want +got)\n%s%v", diff, out.Notices)
	}
}

// TestSpliceLarge: a file that is too large to be decoded once more is held
// against what is wanted in parts.
func TestSpliceLarge(t *testing.T) {
	l := manyAgents(2000)
	l.Append("license_properties", resource.Of("namespace", "core", "name", "a", "value", "x"))
	file := strings.Replace(string(encoded(t, l)), "  - id: agent01234@", "  # the new one\n  - id: agent01234@", 1)
	if len(file) < provable {
		t.Fatal("the file is not large")
	}
	out := splices(t, file, func(l *resource.License) {
		rowOf(l, "agents", "agent01234@example.com").Set("job_title", "Lead")
		rowOf(l, "license_properties", "core/a").Set("value", "y")
		without(l, "agents", "agent00007@example.com")
		l.Append("agents", resource.Of("id", "new@example.com", "name", "New"))
	}, EncodeOptions{Digest: true})
	doc, findings := Decode(out.Data, "f.yaml")
	if findings.Errors() > 0 {
		t.Fatal(findings)
	}
	if !alike(doc.License, out.License) || len(out.Notices) > 0 || doc.CheckDigest(out.Data) != Unedited {
		t.Errorf("the file differs, %v", out.Notices)
	}
	if !strings.Contains(string(out.Data), "  # the new one\n  - id: agent01234@example.com\n") {
		t.Error("the comment is gone")
	}
	s := &splicer{want: out.License}
	for _, lacking := range []string{"license_properties:\n  core:\n    a: \"y\"\n", "  - id: new@example.com\n    name: New\n"} {
		if !strings.Contains(string(out.Data), lacking) || s.complete([]byte(strings.Replace(string(out.Data), lacking, "", 1))) {
			t.Errorf("nobody misses %s", lacking)
		}
	}
}
