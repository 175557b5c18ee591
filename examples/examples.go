// Package examples holds files to start from. The program carries the
// snapshot of a made-up license, so that it can be tried with no account.
package examples

import _ "embed"

// Acme is the snapshot of a made-up license with something of every kind.
//
//go:embed acme.yaml
var Acme []byte

// AcmeEdited is an export of that license, edited as a person would.
//
//go:embed acme-edited.yaml
var AcmeEdited []byte
