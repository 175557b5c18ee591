package resource

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// HideSecrets puts a Secret reference into each secret field of a row, under a
// name made of the row's own fields, and returns the secrets that the row
// held, by name.
func (k *Kind) HideSecrets(o *Object) map[string]string {
	var revealed map[string]string
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Input != SecretInput {
			continue
		}
		name := k.secretName(f, o)
		if v, ok := o.Get(f.Name).(string); ok && v != "" {
			if revealed == nil {
				revealed = map[string]string{}
			}
			revealed[name] = v
		}
		o.Set(f.Name, Secret(name))
	}
	return revealed
}

// secretName returns kind/part/…/digest: the fields of SecretPath in clear and
// the first 8 hex digits of the SHA-256 of those in SecretHash, as canonical
// JSON of what the registry knows of them.
func (k *Kind) secretName(f *Field, o *Object) string {
	parts := []string{k.Name}
	for _, p := range f.SecretPath {
		parts = append(parts, Text(o.Get(p)))
	}
	digest := sha256.New()
	for _, p := range f.SecretHash {
		digest.Write([]byte(JSON(knownOnly(k.Field(p), o.Get(p)))))
		digest.Write([]byte{0})
	}
	return strings.Join(append(parts, hex.EncodeToString(digest.Sum(nil))[:8]), "/")
}

// knownOnly returns a value without the members that the registry does not
// describe, in canonical form; an empty object is nil, like an absent one.
func knownOnly(f *Field, v Value) Value {
	if f == nil {
		return v
	}
	o, ok := v.(*Object)
	if !ok || f.Type != Record {
		return canonicalValue(f, CloneValue(v))
	}
	out := &Object{}
	for _, name := range slices.Sorted(slices.Values(o.Names())) {
		if m := f.Member(name); m != nil {
			if inner := knownOnly(m, o.Get(name)); inner != nil {
				out.Set(name, inner)
			}
		}
	}
	if out.Len() == 0 {
		return nil
	}
	return out
}
