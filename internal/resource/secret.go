package resource

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// HideSecrets puts a Secret reference into each secret field of a row, under a
// name made of the row's own fields, and returns the secrets that the row
// held, by name. Secrets that an answer may have and has not stay away.
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

// KeepSecrets moves secrets out of the rows of a kind. Of rows that share a
// secret's name the first one's counts. A secret that several rows have has one
// name, the first one's: by the names alone it shows that they are alike.
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
// records inside it included: the fields beside it, the record it is in, and
// the names of the records around it.
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

// secretName returns kind/part/…/record/…/digest: the fields of SecretPath in
// clear, the names of the records that the secret is in and, if there is a
// SecretHash, the first 8 hex digits of the SHA-256 of those fields, as
// canonical JSON of what the registry knows of them.
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
