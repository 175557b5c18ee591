package resource

import (
	"encoding/json"
	"fmt"
)

// licenseJSON is the form of a license in a journal.
type licenseJSON struct {
	*plainLicense
	Kinds map[string][]*Object `json:"kinds"`
}

type plainLicense License

// MarshalJSON writes the rows and the gaps. It omits secrets and notices.
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
