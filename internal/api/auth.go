package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"lcsync/internal/resource"
)

// credentials are a token in the form it is sent in, and what must never be
// seen of it.
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
		return credentials{}, errors.New("the token holds spaces, control characters or letters outside ASCII, which no token has")
	}
	if !visible(accountID) || strings.Contains(accountID, ":") {
		return credentials{}, errors.New("the account id holds characters that no account id has")
	}
	if accountID == "" {
		return credentials{header: "Bearer " + token, hide: hider(token)}, nil
	}
	basic := base64.StdEncoding.EncodeToString([]byte(accountID + ":" + token))
	return credentials{header: "Basic " + basic, accountID: accountID, hide: hider(token, basic)}, nil
}

func visible(s string) bool {
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return true
}

// shortest is the length from which a secret is replaced in texts; shorter
// ones would only make texts unreadable.
const shortest = 4

// hider returns a replacer that masks secrets in a text, bare and in JSON.
func hider(secrets ...string) *strings.Replacer {
	var pairs []string
	for _, s := range secrets {
		if len(s) < shortest {
			continue
		}
		pairs = append(pairs, s, mask)
		if j, err := json.Marshal(s); err == nil {
			if inner := string(j[1 : len(j)-1]); inner != s {
				pairs = append(pairs, inner, mask)
			}
		}
		if j := resource.JSON(s); j[1:len(j)-1] != s {
			pairs = append(pairs, j[1:len(j)-1], mask)
		}
	}
	return strings.NewReplacer(pairs...)
}
