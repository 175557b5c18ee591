package resource

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// HideSecrets puts a Secret reference into each secret field of a row, under a
// name derived from the row's own fields, and returns the secrets of the row by
// name. If a response may contain a secret and does not, the field stays absent.
func (k *Kind) HideSecrets(o *Object) map[string]string {
	var revealed map[string]string
	eachSecret(k.Fields, o, nil, func(fields []Field, f *Field, in *Object, under []string) {
		name := k.secretName(f, o, under)
		if v, ok := in.Get(f.Name).(string); ok && v != "" {
			if revealed == nil {
				revealed = map[string]string{}
			}
			revealed[name] = v
		}
		in.Set(f.Name, Secret(name))
		SortMembers(fields, in)
	})
	return revealed
}

// KeepSecrets moves secrets out of the rows of a kind. Of rows with the same
// secret name, the first one's secret counts. A secret that several rows share has
// one name, the first one's, so the names show that the secrets are equal.
func (l *License) KeepSecrets(k *Kind, rows []*Object) {
	named := map[string]Secret{} // by secret
	for _, row := range rows {
		revealed := k.HideSecrets(row)
		for _, name := range slices.Sorted(maps.Keys(revealed)) {
			secret := revealed[name]
			if first, known := named[secret]; known {
				renameSecret(row, Secret(name), first)
			} else if _, taken := l.Secrets[name]; !taken {
				l.Secrets[name], named[secret] = secret, Secret(name)
			}
		}
	}
}

func renameSecret(row *Object, old, now Secret) {
	for name, v := range row.All() {
		row.Set(name, Rewrite(v, func(v Value) Value {
			if v == old {
				return now
			}
			return v
		}))
	}
}

// ShowsSecret tells whether a row holds a secret in clear.
func (k *Kind) ShowsSecret(o *Object) bool {
	shows := false
	eachSecret(k.Fields, o, nil, func(_ []Field, f *Field, in *Object, _ []string) {
		_, clear := in.Get(f.Name).(string)
		shows = shows || clear
	})
	return shows
}

// eachSecret calls fn with every secret field that an object has or must have,
// including those in records: the fields beside it, the record that contains it,
// and the names of the enclosing records.
func eachSecret(fields []Field, o *Object, under []string, fn func(fields []Field, f *Field, in *Object, under []string)) {
	for i := range fields {
		f := &fields[i]
		v := o.Get(f.Name)
		switch inner, _ := v.(*Object); {
		case f.Input == SecretInput && (f.Seen == Never || v != nil && v != ""):
			fn(fields, f, o, under)
		case f.Type == Record && inner != nil:
			eachSecret(f.Fields, inner, append(slices.Clone(under), f.Name), fn)
		}
	}
}

// secretName returns kind/part/…/record/…/digest: the fields of SecretPath as
// text, the names of the records that contain the secret and, if there is a
// SecretHash, the first 8 hex digits of the SHA-256 of those fields, as canonical
// JSON of the members that the registry knows.
func (k *Kind) secretName(f *Field, o *Object, under []string) string {
	parts := []string{k.Name}
	for _, p := range f.SecretPath {
		parts = append(parts, Text(o.Get(p)))
	}
	parts = append(parts, under...)
	if f.SecretHash == nil {
		return strings.Join(parts, "/")
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
