// Package rehearsal runs an embedded license to try a plan on: it starts the
// license in this process, gives it a state, and connects to it like to any other
// license.
//
// The license itself (package sandbox) does not import the project. This package
// converts between the two: a snapshot to a state (StateOf), and a state to the
// license that an export would read (LicenseOf).
package rehearsal

import (
	"bytes"
	"net/http"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
	"lcsync/internal/snapshot"
)

// License is an embedded license. As a handler it also shows its state as a
// snapshot: GET /_sandbox/state?as=snapshot.
type License struct{ *sandbox.License }

// Start starts an embedded license with an owner and the group General. Its errors
// are about the options.
func Start(o sandbox.Options) (*License, error) {
	l, err := sandbox.New(o)
	return &License{l}, err
}

// Give replaces the license's state by the content of another license, including
// content that the API would not accept.
func (l *License) Give(of *resource.License) error {
	state, err := StateOf(of)
	if err != nil {
		return err
	}
	return l.LoadUnchecked(state)
}

// ServeHTTP serves the state as a snapshot, and passes all other requests to the
// license. A request for the state is not a call and is not logged as one.
func (l *License) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != "/_sandbox/state" || r.URL.Query().Get("as") != "snapshot" {
		l.License.ServeHTTP(w, r)
		return
	}
	var out bytes.Buffer
	shown, err := LicenseOf(l.State())
	if err == nil {
		err = snapshot.Encode(&out, shown, snapshot.EncodeOptions{})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(out.Bytes())
}
