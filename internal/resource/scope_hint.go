package resource

import (
	"slices"
	"strings"
)

// bareRefusals are what a server says of a refused call without giving a reason.
var bareRefusals = []string{"", "authorization", "authorization error", "missing_access", "missing access",
	"forbidden", "access denied", "permission denied", "user is not allowed to perform the action", "http status 403"}

// OtherReason tells whether the message of a refused call gives a reason that is
// not about scopes, such as that the owner cannot be deleted.
func OtherReason(message string) bool {
	text := strings.ToLower(message)
	return !strings.Contains(text, "scope") && slices.ContainsFunc(strings.Split(text, ": "), func(part string) bool {
		return !slices.Contains(bareRefusals, strings.TrimSuffix(part, "."))
	})
}

// ScopeHint is what texts add to the message of a refused call: " (needs the scope
// a or b)", and with another reason in the message " (may need …)". It is "" if the
// message has one of the scopes, or if there are none.
func ScopeHint(message string, scopes []string) string {
	named := func(scope string) bool { return strings.Contains(message, scope) }
	switch {
	case len(scopes) == 0, slices.ContainsFunc(scopes, named):
		return ""
	case OtherReason(message):
		return " (may need the scope " + Words(scopes) + ")"
	}
	return " (needs the scope " + Words(scopes) + ")"
}
