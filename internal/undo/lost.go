package undo

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// lose notes what of an object cannot come back.
func (x *undoing) lose(k *resource.Kind, row *resource.Object, text string) {
	if line := k.Name + "/" + k.KeyOf(row) + ": " + text; !slices.Contains(x.u.Lost, line) {
		x.u.Lost = append(x.u.Lost, line)
	}
}

// loseWith notes what an object that is made again does not have of the old
// one.
func (x *undoing) loseWith(k *resource.Kind, was *resource.Object) {
	var fields []string
	for i := range k.Fields {
		f := &k.Fields[i]
		v := was.Get(f.Name)
		empty := v == nil || resource.Equal(v, f.Zero())
		switch {
		case f.Input == resource.SecretInput && !empty:
			x.lose(k, was, f.Name+", unless it is supplied as "+secretName(v))
		case f.Class == resource.Observed && !empty,
			f.Class == resource.Server && f.Input == resource.ReadOnly && !empty && (k.Delete == nil || k.Delete.Loses == "" || f.Name != k.ServerID):
			fields = append(fields, f.Name)
		case f.OnChange == resource.ByPublish && f.Class == resource.User && !empty:
			x.lose(k, was, "its publication is made anew and is for ever")
		}
	}
	if k.Delete != nil && k.Delete.Loses != "" {
		x.lose(k, was, k.Delete.Loses)
	}
	if len(fields) > 0 {
		x.lose(k, was, "its "+strings.Join(fields, ", "))
	}
	if unread := x.Preimage.Unreadable[k.Name]; len(unread) > 0 {
		x.lose(k, was, "what could not be read of it: "+strings.Join(unread, ", "))
	}
	x.loseTwins(k, was)
}

func secretName(v resource.Value) string {
	if s, ok := v.(resource.Secret); ok {
		return string(s)
	}
	return "a secret"
}

// loseTwins notes the objects that went with their owner and come anew with
// it.
func (x *undoing) loseTwins(k *resource.Kind, was *resource.Object) {
	for _, twin := range resource.Kinds() {
		if twin.Twin != k.Name {
			continue
		}
		if t := x.then.Find(twin, was); t != nil && x.now.Find(twin, was) == nil {
			x.lose(twin, t, "what was set on it, as it comes anew with the "+k.Singular)
		}
	}
}
