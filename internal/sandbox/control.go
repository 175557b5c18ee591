package sandbox

import (
	"io"
	"net/http"
	"slices"
)

// Calls are the requests so far, in the order in which they took effect, without
// those to the control plane.
func (l *License) Calls() []Call {
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	return slices.Clone(l.calls)
}

// ResetCalls empties the log. The counters of faults continue.
func (l *License) ResetCalls() {
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	l.calls = nil
}

// control serves the control plane, for tests that only have the URL. It needs no
// token, is not logged and never fails on purpose. PUT state is Load, and with
// ?unchecked LoadUnchecked.
func (l *License) control(w http.ResponseWriter, r *http.Request, name string) {
	switch r.Method + " " + name {
	case "GET calls":
		sendJSON(w, encodeValue(append([]Call{}, l.Calls()...), "  "))
	case "DELETE calls":
		l.ResetCalls()
		w.WriteHeader(http.StatusNoContent)
	case "GET state":
		sendJSON(w, l.State())
	case "PUT state":
		data, err := io.ReadAll(r.Body)
		if err == nil {
			err = l.load(data, r.URL.Query().Has("unchecked"))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		http.NotFound(w, r)
	}
}

func sendJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n'))
}
