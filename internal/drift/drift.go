// Package drift says what happened to a license since a file was equal to it:
// in the direction of what happened, each difference with an identity that stays
// the same from check to check. It plans nothing. Everything in it is a function
// of its arguments: reading, keeping and telling is up to the caller.
package drift

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Action is what happened to an object.
type Action string

// The actions. An object that Appeared is only in the license, one that was
// Deleted only in the file.
const (
	Appeared  Action = "appeared"
	Changed   Action = "changed"
	Deleted   Action = "deleted"
	Reordered Action = "reordered"
)

// Actions returns the actions in the order in which they are counted.
func Actions() []Action { return []Action{Appeared, Changed, Deleted, Reordered} }

// Difference is something that differs: an object that one side lacks, a field
// of an object that both have, or the order of a kind. Was is what the file
// says, Is what the license has; nil means that there is nothing.
type Difference struct {
	// ID is the difference's identity: the kind, the server id or key of the
	// object, and the field. The value has no part in it.
	ID string `json:"id"`
	diff.Place
	Action Action         `json:"action"`
	Was    resource.Value `json:"was,omitempty"`
	Is     resource.Value `json:"is,omitempty"`
	// Masked tells that the values differ in what must not be shown.
	Masked bool `json:"masked,omitempty"`
	// Ignored is the reason for which a rule leaves the difference out.
	Ignored string `json:"ignored,omitempty"`

	// Extra tells that only the license has what it is about.
	Extra bool `json:"-"`
	// Object is the key for texts (diff.Keys), or the whole key if that is what
	// another object is called, too.
	Object string `json:"-"`
	// Label is the field with the name of what an id in it stands for; WasText
	// and IsText are the values with such names.
	Label, WasText, IsText string `json:"-"`

	silent bool // texts do not show values
}

// Find returns the differences, by kind in the registry's order. Values are
// masked as m says. named are names of applications by their client id, for texts.
func Find(d *diff.Deviations, m resource.Masks, named map[string]string) []Difference {
	var out []Difference
	for i := range d.All {
		out = append(out, describe(d, &d.All[i], m))
	}
	call(out, d.Keys(named))
	return out
}

// call sets how objects are called in texts, each its own way.
func call(all []Difference, keys *diff.Keys) {
	by := map[[2]string]string{} // names by kind and what objects are called, "" for several
	for i := range all {
		d := &all[i]
		d.Object = keys.Text(d.Kind, d.Key)
		at := [2]string{d.Kind, d.Object}
		if name, there := by[at]; there && name != d.Name {
			by[at] = ""
		} else {
			by[at] = d.Name
		}
	}
	for i := range all {
		if d := &all[i]; by[[2]string{d.Kind, d.Object}] != d.Name {
			d.Object = d.Key
		}
	}
}

// describe makes a difference of a deviation.
func describe(d *diff.Deviations, of *diff.Deviation, m resource.Masks) Difference {
	out := Difference{Place: of.Place, Action: action(of), Was: plain(of.Want), Is: of.Live, Extra: of.Extra}
	out.Key = resource.MaskURLs(of.Key)
	if masked := resource.MaskURLs(of.Name); masked != of.Name {
		out.Name = masked + "~" + digest(of.Name)
	}
	out.ID = identity(out.Place)
	if out.Action == Reordered {
		return out
	}
	masks := m.For(out.Kind, out.Key, out.Name)
	out.Was, out.Is = masks.Value(out.Field, out.Was), masks.Value(out.Field, out.Is)
	if out.Action == Changed {
		out.Masked = masks.Hides(out.Field) || resource.Equal(out.Was, out.Is)
		out.Label = d.Label(out.Kind, out.Field)
		out.WasText, out.IsText = d.Text(out.Kind, out.Field, out.Was), d.Text(out.Kind, out.Field, out.Is)
	}
	return out
}

// action is what happened to what a deviation is about.
func action(of *diff.Deviation) Action {
	switch {
	case of.Name == "":
		return Reordered
	case of.Field != "":
		return Changed
	case of.Want == nil:
		return Appeared
	}
	return Deleted
}

// identity is the identity of what is at a place: KIND/OBJECT#FIELD.
func identity(at diff.Place) string {
	escape := strings.NewReplacer("%", "%25", "#", "%23").Replace
	id := resource.Address(at.Kind, escape(at.Name))
	if at.Field != "" {
		id += "#" + escape(at.Field)
	}
	return id
}

// plain returns a value with keys in the place of references to objects that the
// license does not have.
func plain(v resource.Value) resource.Value {
	return resource.Rewrite(v, func(v resource.Value) resource.Value {
		if ref, is := v.(resource.Ref); is {
			return ref.Key
		}
		return v
	})
}

// digest stands for a text that must not be shown.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// WithoutExtra leaves out what only the license has.
func WithoutExtra(all []Difference) []Difference {
	return slices.DeleteFunc(slices.Clone(all), func(d Difference) bool { return d.Extra })
}

// Short returns differences for a document: without the objects that one side
// lacks, as their fields are not what changed.
func Short(all []Difference) []Difference {
	out := slices.Clone(all)
	for i := range out {
		if out[i].Action == Appeared || out[i].Action == Deleted {
			out[i].Was, out[i].Is = nil, nil
		}
	}
	return out
}

// WithoutValues returns differences whose texts name the object and the field and
// show no values.
func WithoutValues(all []Difference) []Difference {
	out := slices.Clone(all)
	for i := range out {
		out[i].silent = true
	}
	return out
}

// Count counts differences by kind and action.
func Count(all []Difference) map[string]map[Action]int {
	out := map[string]map[Action]int{}
	for _, d := range all {
		if out[d.Kind] == nil {
			out[d.Kind] = map[Action]int{}
		}
		out[d.Kind][d.Action]++
	}
	return out
}
