package diff

import (
	"encoding/json"
	"fmt"

	"lcsync/internal/resource"
)

// Values inside a plan are written as resource writes them; reading them back
// has to revive integers, objects, secrets and references.

// UnmarshalJSON reads a change; one of an unknown kind or action is an error,
// as nobody could say what it does.
func (c *Change) UnmarshalJSON(data []byte) error {
	type plain Change
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	if c.kind() == nil {
		return fmt.Errorf("change %q is of the unknown kind %q", c.ID, c.Kind)
	}
	if _, ok := signs[c.Action]; !ok {
		return fmt.Errorf("change %q has the unknown action %q", c.ID, c.Action)
	}
	if c.Interim != nil && c.kind().Members == nil {
		return fmt.Errorf("change %q is of a kind without members and has one in the interim", c.ID)
	}
	if c.Action != Create && c.Before == nil || c.Action != Delete && c.After == nil {
		return fmt.Errorf("change %q does not say what to %s", c.ID, c.Action)
	}
	return nil
}

// UnmarshalJSON reads a field change.
func (f *FieldChange) UnmarshalJSON(data []byte) error {
	var raw struct {
		Path   string          `json:"path"`
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	f.Path = raw.Path
	return reviveAll(raw.Before, &f.Before, raw.After, &f.After)
}

// UnmarshalJSON reads a move.
func (m *Move) UnmarshalJSON(data []byte) error {
	var raw struct {
		Before json.RawMessage `json:"before"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	return revive(raw.Before, &m.Before)
}

// UnmarshalJSON reads an observation.
func (o *Observation) UnmarshalJSON(data []byte) error {
	type plain Observation
	raw := struct {
		*plain
		Live json.RawMessage `json:"live"`
		Want json.RawMessage `json:"want"`
	}{plain: (*plain)(o)}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	return reviveAll(raw.Live, &o.Live, raw.Want, &o.Want)
}

func reviveAll(a json.RawMessage, to *resource.Value, b json.RawMessage, and *resource.Value) error {
	if err := revive(a, to); err != nil {
		return err
	}
	return revive(b, and)
}

func revive(data json.RawMessage, to *resource.Value) error {
	*to = nil
	if data == nil {
		return nil
	}
	v, err := resource.ReviveJSON(data)
	if err != nil {
		return err
	}
	*to = v
	return nil
}
