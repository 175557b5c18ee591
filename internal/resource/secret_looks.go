package resource

import (
	"slices"
	"strings"
)

var separators = strings.NewReplacer("_", "", "-", "")

// LooksSecret reports whether the name of a member is typical for a secret:
// secret, bot_secret, client_secret, password, api_key, accessToken and similar.
func LooksSecret(name string) bool {
	name = separators.Replace(strings.ToLower(name))
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

// DropSecrets removes from a row, at any depth, members that the registry does not
// describe and that look like secrets, and returns their names. Members whose names
// are data, such as those of a Map, stay.
func (k *Kind) DropSecrets(o *Object) []string {
	return k.dropUnknown(o, func(_ []Field, name string, v Value) bool { return HoldsSecret(name, v) })
}

// HoldsSecret tells whether a member looks like a secret. A boolean is not one.
func HoldsSecret(name string, v Value) bool {
	_, flag := v.(bool)
	return LooksSecret(name) && !flag
}

// DropMisread does the same with members whose names are so similar to a field's
// that a file with them would look misspelled.
func (k *Kind) DropMisread(o *Object) []string {
	return k.dropUnknown(o, func(fields []Field, name string, _ Value) bool {
		return Suggest(name, FieldNames(fields)) != ""
	})
}

func (k *Kind) dropUnknown(o *Object, drop func(fields []Field, name string, v Value) bool) (dropped []string) {
	Prune(k.Fields, o, func(fields []Field, f *Field, name string, v Value) bool {
		gone := f == nil && drop(fields, name, v)
		if gone {
			dropped = append(dropped, name)
		}
		return gone
	})
	slices.Sort(dropped)
	return slices.Compact(dropped)
}
