package sandbox

import (
	"net/http"
	"strings"
)

// route finds what a URL leads to: /v{version}/{api}/action/{method}.
func (req *request) route(r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	version, ok := strings.CutPrefix(parts[0], "v")
	req.version = version
	if r.URL.Path == "/v2/info" {
		req.info, req.called = true, infoMethod
		if r.Method != http.MethodGet {
			req.err = invalid("Only GET is supported")
		}
		return
	}
	if !ok || len(parts) != 4 || parts[2] != "action" {
		req.err = fail(errNotFound, "Not found")
		req.called = parts[len(parts)-1]
		return
	}
	req.api, req.called = parts[1], parts[3]
	methods, ok := versions[version][req.api]
	if !ok {
		req.err = unsupported()
		return
	}
	found, ok := methods[req.called]
	if !ok {
		req.err = noMethod(version, req.api, req.called)
		return
	}
	req.endpoint = found
	verb := http.MethodPost
	if found.get {
		verb = http.MethodGet
	}
	if r.Method != verb {
		req.err = &apiError{
			kind: errValidation, message: "Only " + verb + " is supported", status: http.StatusMethodNotAllowed,
		}
	}
}

func unsupported() *apiError { return fail(errVersion, "Cannot call unsupported API versions.") }

// noMethod is the answer to a method that the version lacks. No page names
// one; a method that only later versions have counts as called under the
// wrong version, any other as unknown.
func noMethod(version, api, name string) *apiError {
	for later, apis := range versions {
		if _, ok := apis[api][name]; ok && later > version {
			return unsupported()
		}
	}
	return fail(errNotFound, "Unknown method %s", name)
}
