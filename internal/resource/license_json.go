package resource

import (
	"encoding/json"
	"fmt"
)

// licenseJSON is how a license is kept in a journal.
type licenseJSON struct {
	Version    string               `json:"api_version,omitempty"`
	Owner      string               `json:"owner,omitempty"`
	AccountID  string               `json:"account_id,omitempty"`
	ClientIDs  []string             `json:"client_ids,omitempty"`
	Gaps       []Gap                `json:"gaps,omitempty"`
	Unreadable map[string][]string  `json:"unreadable,omitempty"`
	Kinds      map[string][]*Object `json:"kinds"`
}

// MarshalJSON writes the rows and what could not be read of them. Secrets and
// notices are left out.
func (l *License) MarshalJSON() ([]byte, error) {
	out := licenseJSON{l.Version, l.Owner, l.AccountID, l.ClientIDs, l.Gaps, l.Unreadable, map[string][]*Object{}}
	for name, rows := range l.rows {
		if rows == nil {
			rows = []*Object{}
		}
		out.Kinds[name] = rows
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *License) UnmarshalJSON(data []byte) error {
	var in licenseJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*l = License{Version: in.Version, Owner: in.Owner, AccountID: in.AccountID, ClientIDs: in.ClientIDs, Gaps: in.Gaps, Unreadable: in.Unreadable}
	for name, rows := range in.Kinds {
		for i, r := range rows {
			if r == nil {
				return fmt.Errorf("%s[%d] is null", name, i)
			}
		}
		l.SetRows(name, rows)
	}
	return nil
}
