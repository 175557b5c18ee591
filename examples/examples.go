// Package examples holds files to start from. lcsync embeds the snapshot of an
// example license, so that you can try lcsync without an account.
package examples

import _ "embed"

// Acme is the snapshot of an example license with objects of every kind.
//
//go:embed acme.yaml
var Acme []byte

// AcmeEdited is an export of that license with edits like those of a person.
//
//go:embed acme-edited.yaml
var AcmeEdited []byte
