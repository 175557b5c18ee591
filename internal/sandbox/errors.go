package sandbox

import (
	"fmt"
	"net/http"
)

// The error types on the vendor's pages that this server uses.
const (
	errAuthentication = "authentication"
	errAuthorization  = "authorization"
	errAlreadyExists  = "already_exists"
	errGroupNotFound  = "group_not_found"
	errInternal       = "internal"
	errLimitReached   = "limit_reached"
	errMisdirected    = "misdirected_request"
	errNotFound       = "not_found"
	errTooMany        = "too_many_requests"
	errOwnership      = "ownership_transfer"
	errUnavailable    = "service_unavailable"
	errVersion        = "unsupported_version"
	errValidation     = "validation"
)

// statuses are this server's own choice: no page says which HTTP status belongs to
// which error type, so a client must use the type.
var statuses = map[string]int{
	errAuthentication: http.StatusUnauthorized,
	errAuthorization:  http.StatusForbidden,
	errAlreadyExists:  http.StatusConflict,
	errGroupNotFound:  http.StatusNotFound,
	errInternal:       http.StatusInternalServerError,
	errLimitReached:   http.StatusUnprocessableEntity,
	errMisdirected:    http.StatusMisdirectedRequest,
	errNotFound:       http.StatusNotFound,
	errTooMany:        http.StatusTooManyRequests,
	errOwnership:      http.StatusUnprocessableEntity,
	errUnavailable:    http.StatusServiceUnavailable,
	errVersion:        http.StatusBadRequest,
	errValidation:     http.StatusBadRequest,
}

// apiError is an error as the API answers it.
type apiError struct {
	kind    string
	message string
	data    obj
	status  int // 0 = the type's usual one
	retry   int // seconds for Retry-After; 0 = no header
}

func (e *apiError) httpStatus() int {
	if e.status != 0 {
		return e.status
	}
	return statuses[e.kind]
}

// body is the JSON of the error.
func (e *apiError) body() obj {
	inner := obj{"type": e.kind, "message": e.message}
	if e.data != nil {
		inner["data"] = e.data
	}
	return obj{"error": inner}
}

func fail(kind, format string, args ...any) *apiError {
	return &apiError{kind: kind, message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *apiError {
	return fail(errValidation, format, args...)
}

func noGroup(id int64) *apiError {
	return fail(errGroupNotFound, "Group not found: %d", id)
}
