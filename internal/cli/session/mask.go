package session

import (
	"encoding/json"
	"errors"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// MaskConflicts masks the values in an error about a plan that is out of date.
func (s *Session) MaskConflicts(err error) {
	var stale *runs.StalePlan
	if !errors.As(err, &stale) {
		return
	}
	masking := (*diff.Plan)(nil).Masking(s.Conn.Masks())
	for i, c := range stale.Conflicts {
		stale.Conflicts[i].Fields = masking.Fields(c.Kind, c.Key, c.Fields)
	}
}

// maskedFindings masks the urls in the findings of an error.
func maskedFindings(findings any) any {
	if findings == nil {
		return nil
	}
	data, err := json.Marshal(findings)
	if err != nil {
		return findings // document tells the error
	}
	v, err := resource.ParseJSON(data)
	if err != nil {
		return findings
	}
	return resource.Masks(nil).For("").Value("", v)
}

// Masks are the fields whose values the profile keeps secret.
func (c *Connection) Masks() resource.Masks {
	if c == nil {
		return nil
	}
	var out resource.Masks
	for _, s := range c.Secret {
		out = append(out, resource.SecretField(s))
	}
	return out
}

// Masks are the fields whose values the profile of the license keeps secret.
// Without a connection they are those of all profiles, because a file does not
// say which profile it is of.
func (s *Session) Masks() (resource.Masks, error) {
	if s.Conn != nil {
		return s.Conn.Masks(), nil
	}
	profiles, err := s.Load()
	if err != nil {
		return nil, err
	}
	var out resource.Masks
	for _, name := range profiles.Names() {
		for _, f := range profiles[name].Secret {
			out = append(out, resource.SecretField(f))
		}
	}
	return out, nil
}
