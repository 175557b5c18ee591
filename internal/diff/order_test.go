package diff

import (
	"encoding/json"
	"strings"
	"testing"

	"lcsync/internal/resource"
)

func TestRulesMove(t *testing.T) {
	rules := func(ids string) string {
		var rows []string
		for _, id := range strings.Fields(ids) {
			rows = append(rows, `{"id":"`+id+`","description":"`+id+`","conditions":{"url":{"values":[{"value":"`+id+`"}]}},"access":{"groups":[]}}`)
		}
		return `{"auto_accesses":[` + strings.Join(rows, ",") + `]}`
	}
	runCases(t, []planCase{
		{"in order", rules("a b c"), rules("a b c"), Options{}, nil},
		{"the last one first", rules("a b c d"), rules("d a b c"), Options{}, []string{"update auto_accesses/d position before:a"}},
		{"turned around: one stays", rules("a b c"), rules("c b a"), Options{},
			[]string{"update auto_accesses/b position before:a", "update auto_accesses/c position before:b waits:auto_accesses/b"}},
		{"a new one in the middle", rules("a b"), rules("a n b"), Options{}, []string{"create auto_accesses/n before:b", "note groups is empty"}},
		{"new ones, each before the next", rules("a"), rules("n m a"), Options{}, []string{"create auto_accesses/n before:m waits:auto_accesses/m", "create auto_accesses/m before:a", "note groups is empty (2 times)"}},
		{"deletes come first", rules("a b c"), rules("c a"), Options{Prune: true},
			[]string{"delete auto_accesses/b", "update auto_accesses/c position before:a waits:auto_accesses/b"}},
		{"what is not in the file stays between", rules("a x b"), rules("b a"), Options{}, []string{"update auto_accesses/b position before:a", "unmanaged auto_accesses/x"}},
	})
}

// TestSecretsStayOut: neither the text nor the JSON of a plan holds a secret.
func TestSecretsStayOut(t *testing.T) {
	live, want := parseLicense(t, `{"clients":["a"],"webhooks":[]}`), parseLicense(t, `{"clients":["a"],"webhooks":[{"owner_client_id":"a","action":"incoming_chat","url":"https://u.example","type":"bot"}]}`)
	revealed := resource.Lookup("webhooks").HideSecrets(want.Rows("webhooks")[0])
	live.Secrets, want.Secrets = map[string]string{"n": "s3cr3t"}, map[string]string{"n": "s3cr3t"}
	p, err := Compute(live, want, Options{})
	if err != nil || revealed != nil {
		t.Fatal(revealed, err)
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	text := summary(p) + string(data)
	if strings.Contains(text, "s3cr3t") {
		t.Error("the plan holds a secret")
	}
	name := string(want.Rows("webhooks")[0].Get("secret_key").(resource.Secret))
	if strings.Count(text, name) != 2 || !strings.Contains(text, "(secret "+name+")") {
		t.Errorf("the secret's name is not where it should be:\n%s", text)
	}
}
