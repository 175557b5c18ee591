// Package rehearsal is an embedded license to try a plan on: it is started in
// this process, is given a state, and is connected to like any other.
//
// The license itself (package sandbox) knows nothing of the project. Here are
// the borders between the two: what a snapshot holds becomes a state (StateOf),
// and a state what an export would hold (LicenseOf).
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

// Start makes an embedded license that has an owner and the group General. An
// error is about the options.
func Start(o sandbox.Options) (*License, error) {
	l, err := sandbox.New(o)
	return &License{l}, err
}

// Give replaces the license's state by what another license holds, which may be
// what nobody could write to a license.
func (l *License) Give(of *resource.License) error {
	state, err := StateOf(of)
	if err != nil {
		return err
	}
	return l.LoadUnchecked(state)
}

// ServeHTTP shows the state as a snapshot, and leaves everything else to the
// license. That question is not a call and is not logged as one.
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
