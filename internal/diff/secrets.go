package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// withhold blocks each change that would send a secret that has no value, if such
// are to be left out. What needs it is blocked with it, and no object of its kind
// is deleted: it may be the one that the new one was to succeed.
func (d *draft) withhold() {
	if d.o.HasSecret == nil {
		return
	}
	short := map[string]bool{} // kinds
	for _, ch := range d.Changes {
		if names := d.unknownSecrets(ch); ch.Blocked == "" && len(names) > 0 {
			ch.Blocked = "there is no value for the secret " + strings.Join(names, ", ")
			d.withheld = append(d.withheld, ch)
			short[ch.Kind] = true
		}
	}
	for _, ch := range d.Changes {
		if ch.Action == Delete && ch.Blocked == "" && short[ch.Kind] {
			ch.Blocked = "other " + ch.Kind + " are left out, as their secrets have no value; it may be one that they were to succeed"
		}
	}
}

// unknownSecrets returns the secrets without a value that a change would send.
func (d *draft) unknownSecrets(ch *Change) []string {
	var names []string
	for name, v := range ch.After.All() {
		if ch.Action == Update && !slices.Contains(ch.Write, name) {
			continue
		}
		for _, scalar := range resource.Walk(v) {
			if s, is := scalar.(resource.Secret); is && !d.o.HasSecret(string(s)) {
				names = append(names, string(s))
			}
		}
	}
	return names
}

// leaveOut takes the withheld changes out of the plan and names them.
func (d *draft) leaveOut() {
	d.Changes = slices.DeleteFunc(d.Changes, func(ch *Change) bool { return slices.Contains(d.withheld, ch) })
	for _, ch := range d.withheld {
		d.skip(ch.Kind, ch.Key, ch.Blocked)
	}
}
