package journal

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// License identifies a license as far as a run knew it.
type License struct {
	Host      string `json:"host,omitempty"`
	Owner     string `json:"owner,omitempty"`
	AccountID string `json:"account_id,omitempty"` // of the owner
	// Token is a digest of the credentials. Equal digests prove that the license
	// is the same; different digests prove nothing.
	Token string `json:"token,omitempty"`
}

// anonymous is how the names of licenses begin whose owner is not known.
// Before there was Token, the name was kept as the account id.
const anonymous = "token "

func (l License) normal() License {
	if digest, ok := strings.CutPrefix(l.AccountID, anonymous); ok {
		l.AccountID, l.Token = "", cmp.Or(l.Token, digest)
	}
	return l
}

// is reports whether both are certainly the same license.
func (l License) is(o License) bool {
	switch {
	case l.Host != o.Host:
		return false
	case l.Token != "" && l.Token == o.Token:
		return true
	case l.AccountID != "" && o.AccountID != "":
		return l.AccountID == o.AccountID
	}
	return l.Owner != "" && l.Owner == o.Owner
}

// mayBe reports whether both may be the same license, given what is known of o.
// For a run that cannot be read that may be nothing.
func (l License) mayBe(o License) bool {
	differ := l.AccountID != "" && o.AccountID != "" && l.AccountID != o.AccountID
	return (o.Host == "" || l.Host == o.Host) && !differ && (l.Owner == "" || o.Owner == "") || l.is(o)
}

// path is where the runs of the license are filed below runs.
func (l License) path() string {
	name := cmp.Or(l.Owner, l.AccountID)
	if name == "" && l.Token != "" {
		name = anonymous + l.Token
	}
	return filepath.Join(fileName(l.Host), fileName(name))
}

// filed is the reverse of path, as far as names tell. Owners have addresses.
func filed(host, name string) License {
	l := License{Host: unescape(host)}
	if name = unescape(name); strings.Contains(name, "@") {
		l.Owner = name
	} else {
		l.AccountID = name
	}
	return l.normal()
}

// mayBeAt reports whether runs of the license may be stored where those of another
// license are: each owner has one directory.
func (l License) mayBeAt(o License) bool {
	return (o.Host == "" || l.Host == o.Host) && (l.Owner == "" || o.Owner == "" || l.Owner == o.Owner)
}

// nameless begins the names of files for what has no name, or too long a one.
const nameless = "~"

var notOfName = regexp.MustCompile(`^\.|[^a-z0-9@+_.-]`)

// fileName returns a readable file name for a text. Different texts have different
// names, even on file systems that ignore upper and lower case.
func fileName(text string) string {
	name := notOfName.ReplaceAllStringFunc(text, func(s string) string {
		return "%" + strings.ReplaceAll(fmt.Sprintf("% X", s), " ", "%") // byte by byte
	})
	switch {
	case name == "":
		return nameless
	case len(name) > 200:
		return fmt.Sprintf("%s%x", nameless, sha256.Sum256([]byte(text)))
	}
	return name
}

// unescape is the reverse of fileName, "" for the nameless.
func unescape(name string) string {
	text, err := url.PathUnescape(name)
	if err != nil || strings.HasPrefix(name, nameless) {
		return ""
	}
	return text
}
