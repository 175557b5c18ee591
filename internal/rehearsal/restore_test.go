package rehearsal

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/snapshot"
	"lcsync/internal/wire"
)

// The head of snapshots: a license with one application, shop, and nothing of it.
const head = `
lcsync: 1
api_version: "3.5"
license: {owner: ann@acme.example, client_ids: [shop]}
groups:
  - {id: 0, name: General, language_code: en}
  - {id: 4, name: Sales, language_code: en}
agents:
  - {id: ann@acme.example, name: Ann, role: owner, groups: [{id: 4, priority: normal}]}
`

// restored restores a snapshot.
func restored(t *testing.T, text string) (*RestoreResult, []Loss) {
	t.Helper()
	doc, findings := snapshot.Decode([]byte(head+text), "f.yaml")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	r, err := Restore(context.Background(), doc.License, Options{Clock: wire.System{}})
	if err != nil {
		t.Fatal(err)
	}
	return r, r.Losses()
}

// Values of properties that an application of somebody else defines, or whose
// definitions were left out of the snapshot, need those to be there. A value of
// what the snapshot would define is none.
func TestValuesWithoutDefinitions(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		agrees     bool
		why        string
	}{
		{"of a foreign application", "properties: []\nlicense_properties: {theirs: {colour: red, size: 3, on: true}}\n", true,
			"its definition is not in the file: the application theirs must exist and grant write access"},
		{"of a group", "properties: []\ngroup_properties: [{id: 4, properties: {theirs: {colour: red}}}]\n", true,
			"its definition is not in the file: the application theirs must exist and grant write access"},
		{"without definitions", "license_properties: {shop: {colour: red}}\n", true,
			"its definition is not in the file: the application shop must exist and grant write access"},
		{"of nothing", "properties: []\nlicense_properties: {shop: {colour: red}}\n", false, ""},
	} {
		r, losses := restored(t, tt.text)
		why := ""
		for _, l := range losses {
			if l.Kind == "license_properties" || l.Kind == "group_properties" {
				why = l.Why
			}
		}
		if r.Agrees() != tt.agrees || why != tt.why {
			t.Errorf("%s: agrees %t, lost %q\n%v", tt.name, r.Agrees(), why, r.Rest.Summary())
		}
	}
}

// A license with nothing in it has what nobody can delete, and no more.
func TestEmpty(t *testing.T) {
	doc, _ := snapshot.Decode([]byte(head+"tags: [{name: a, group_ids: [4]}]\nchannels: [{channel_type: code}]\n"), "f.yaml")
	empty := newBackup(doc.License).empty()
	got := map[string]int{}
	for _, k := range empty.Kinds() {
		got[k.Name] = len(empty.Rows(k.Name))
	}
	if d := cmp.Diff(map[string]int{"groups": 1, "agents": 1, "channels": 1}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if owner := empty.Rows("agents")[0]; owner.Has("groups") || owner.String("role") != "owner" {
		t.Errorf("the owner is %v", owner)
	}
}

// A snapshot may have, for one object, the id that a license would give to another.
func TestIDsThatClash(t *testing.T) {
	first, _ := restored(t, "")
	var given any
	for _, row := range first.Back.Rows("groups") {
		if row.String("name") == "Sales" {
			given = row.Get("id")
		}
	}
	text := strings.Replace(head, "agents:\n", fmt.Sprintf("  - {id: %v, name: Aftersales, language_code: de}\nagents:\n", given), 1)
	text = strings.Replace(text, "groups: [{id: 4, priority: normal}]", fmt.Sprintf("groups: [{id: 4, priority: first}, {id: %v, priority: normal}]", given), 1)
	doc, _ := snapshot.Decode([]byte(text), "f.yaml")
	r, err := Restore(context.Background(), doc.License, Options{Clock: wire.System{}, Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Agrees() || r.clash() {
		t.Errorf("it does not agree: %s", r.Rest.Summary())
	}
}
