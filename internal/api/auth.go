package api

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strings"

	"lcsync/internal/resource"
)

// credentials are a token in the form in which it is sent, and the texts that must
// never be shown.
type credentials struct {
	header    string // value of Authorization
	accountID string // of a personal access token, "" for OAuth
	hide      *strings.Replacer
}

// newCredentials checks a token. With an account id it is a personal access
// token, which goes as HTTP Basic; otherwise as Bearer.
func newCredentials(token, accountID string) (credentials, error) {
	if token == "" {
		return credentials{}, errors.New("no token given")
	}
	if !visible(token) {
		return credentials{}, errors.New("the token is invalid: it contains spaces, control characters or non-ASCII letters")
	}
	if why := misread(token); why != "" {
		return credentials{}, errors.New(why)
	}
	if !visible(accountID) || strings.Contains(accountID, ":") {
		return credentials{}, errors.New("the account id is invalid: it contains characters that an account id cannot have")
	}
	if accountID == "" {
		return credentials{header: "Bearer " + token, hide: resource.Hider(token)}, nil
	}
	basic := base64.StdEncoding.EncodeToString([]byte(accountID + ":" + token))
	return credentials{header: "Basic " + basic, accountID: accountID, hide: resource.Hider(token, basic)}, nil
}

func visible(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// withOwner matches an account id, which is a UUID, and what is joined to it.
var withOwner = regexp.MustCompile(`(?i)^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}:`)

// misread says what a text is that was copied in place of a token, "" if it may be a
// token: the service would only answer that it does not know it. A redirect has a
// token with %3A, and the vendor's console shows a personal access token together
// with its account id, in Base64 (pages on troubleshooting and personal access tokens).
func misread(token string) string {
	switch decoded, err := base64.StdEncoding.DecodeString(token); {
	case strings.Contains(strings.ToUpper(token), "%3A"):
		return "the token is from a URL: replace its %3A by a colon"
	case err == nil && withOwner.Match(decoded):
		return "the token is in Base64 together with its account id: pass the token and the account id as they are"
	case withOwner.MatchString(token):
		return "the token begins with an account id: pass the account id by itself"
	}
	return ""
}
