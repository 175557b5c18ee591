package api

import (
	"encoding/base64"
	"errors"
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
