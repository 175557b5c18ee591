package resource

import (
	"slices"
	"strings"
)

// LooksSecret tells whether a member has a name that secrets have: secret,
// bot_secret, client_secret, password, api_key, accessToken and the like.
func LooksSecret(name string) bool {
	name = strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
	for _, word := range []string{"secret", "password", "passwd", "passphrase", "credential"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	for _, end := range []string{"token", "tokens", "apikey", "accesskey", "privatekey", "signingkey"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// DropSecrets takes members out of a row that the registry does not describe
// and that look secret, at any depth, and returns their names. A flag is none.
// Members whose names are data, such as those of a Map, stay.
func (k *Kind) DropSecrets(o *Object) []string { return dropSecrets(k.Fields, o) }

func dropSecrets(fields []Field, o *Object) (dropped []string) {
	for _, name := range o.Names() {
		v := o.Get(name)
		f := fieldNamed(fields, name)
		_, flag := v.(bool)
		switch {
		case f != nil:
			dropped = append(dropped, dropIn(f, v)...)
		case LooksSecret(name) && !flag:
			o.Delete(name)
			dropped = append(dropped, name)
		default:
			dropped = append(dropped, dropIn(&Field{}, v)...)
		}
	}
	slices.Sort(dropped)
	return slices.Compact(dropped)
}

func dropIn(f *Field, v Value) (dropped []string) {
	if f.Type == Any {
		return nil
	}
	each := f.Element()
	switch v := v.(type) {
	case *Object:
		if f.Type != Map {
			return dropSecrets(f.Fields, v)
		}
		for _, m := range v.All() {
			dropped = append(dropped, dropIn(&each, m)...)
		}
	case List:
		for _, e := range v {
			dropped = append(dropped, dropIn(&each, e)...)
		}
	}
	return dropped
}
