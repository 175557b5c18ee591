package cli

import (
	"encoding/json"
	"errors"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// maskConflicts masks the values in an error about a plan that is out of date.
func (s *session) maskConflicts(err error) {
	var stale *runs.StalePlan
	if !errors.As(err, &stale) {
		return
	}
	masking := (*diff.Plan)(nil).Masking(s.conn.masks())
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

// masks are the fields whose values the profile keeps secret.
func (c *connection) masks() resource.Masks {
	if c == nil {
		return nil
	}
	var out resource.Masks
	for _, s := range c.secret {
		out = append(out, resource.SecretField(s))
	}
	return out
}

// masks are the fields whose values the profile of the license keeps secret.
// Without a connection they are those of all profiles, because a file does not
// say which profile it is of.
func (s *session) masks() (resource.Masks, error) {
	if s.conn != nil {
		return s.conn.masks(), nil
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
