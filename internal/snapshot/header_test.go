package snapshot

import "testing"

func TestDecodeHeader(t *testing.T) {
	for _, tt := range []invalid{
		{name: "unknown key of license", reason: "our own parts are strict", text: header + `license:
  ownr: a
  color: b
`, want: []string{
			`f:4:3: error: unknown field "ownr" [license.ownr] (did you mean owner?)`,
			`f:5:3: error: unknown field "color" [license.color] (the fields are owner, account_id, client_ids or readable)`,
		}},
		{name: "unknown key of incomplete", reason: "our own parts are strict", text: header + `incomplete:
  - kind: tags
    why: x
`, want: []string{
			`f:5:5: error: unknown field "why" [incomplete[0].why] (the fields are kind, client_id, id, method, reason, missing_scopes or partial)`,
		}},
	} {
		tt.decode(t)
	}
}
