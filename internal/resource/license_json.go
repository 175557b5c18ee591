package resource

import (
	"encoding/json"
	"fmt"
)

// licenseJSON is how a license is kept in a journal.
type licenseJSON struct {
	*plainLicense
	Kinds map[string][]*Object `json:"kinds"`
}

type plainLicense License

// MarshalJSON writes the rows and what could not be read of them. Secrets and
// notices are left out.
func (l *License) MarshalJSON() ([]byte, error) {
	out := licenseJSON{(*plainLicense)(l), map[string][]*Object{}}
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
	*l = License{}
	in := licenseJSON{plainLicense: (*plainLicense)(l)}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
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
