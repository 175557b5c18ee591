package diff

import (
	"encoding/json"
	"fmt"

	"lcsync/internal/resource"
)

// Values inside a plan are written as resource writes them; reading them back
// has to revive integers, objects, secrets and references.

// UnmarshalJSON reads a change. An unknown kind or action is an error.
func (c *Change) UnmarshalJSON(data []byte) error {
	type plain Change
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	switch {
	case c.kind() == nil:
		return fmt.Errorf("change %q is of the unknown kind %q", c.ID, c.Kind)
	case signs[c.Action] == "":
		return fmt.Errorf("change %q has the unknown action %q", c.ID, c.Action)
	case c.Interim != nil && c.kind().Members == nil:
		return fmt.Errorf("change %q has an interim member, but its kind has no members", c.ID)
	case c.Action != Create && c.Before == nil || c.Action != Delete && c.After == nil:
		return fmt.Errorf("change %q does not say what to %s", c.ID, c.Action)
	}
	return nil
}

// revivedValue is a value of a plan that is read back.
type revivedValue struct{ to *resource.Value }

// UnmarshalJSON reads a value.
func (r revivedValue) UnmarshalJSON(data []byte) (err error) {
	*r.to, err = resource.ReviveJSON(data)
	return err
}

// UnmarshalJSON reads a field change.
func (f *FieldChange) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &struct {
		Path   *string      `json:"path"`
		Before revivedValue `json:"before"`
		After  revivedValue `json:"after"`
	}{&f.Path, revivedValue{&f.Before}, revivedValue{&f.After}})
}

// UnmarshalJSON reads a move.
func (m *Move) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &struct {
		Before revivedValue `json:"before"`
	}{revivedValue{&m.Before}})
}

// UnmarshalJSON reads an observation.
func (o *Observation) UnmarshalJSON(data []byte) error {
	type plain Observation
	return json.Unmarshal(data, &struct {
		*plain
		Live revivedValue `json:"live"`
		Want revivedValue `json:"want"`
	}{(*plain)(o), revivedValue{&o.Live}, revivedValue{&o.Want}})
}
