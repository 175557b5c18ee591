package config

import (
	"net"
	"net/url"
	"path/filepath"
	"strings"
)

// vendorDomains are where the vendor answers.
var vendorDomains = []string{"livechatinc.com", "livechat.com", "text.com"}

// trust refuses a profile of the working directory that would send a token
// from outside of it, be it a variable's or a file's, to a host that is
// neither the vendor's nor this machine: such a file may have come with
// somebody else's repository.
func trust(b *bundle, dir string) error {
	var what string
	switch {
	case b.tokenEnv != "":
		what = "the variable " + b.tokenEnv
	case b.tokenFile != "" && !within(dir, b.tokenFile):
		what = "the file " + b.tokenFile
	default:
		return nil
	}
	u, err := url.Parse(b.URL)
	if err != nil {
		return err
	}
	if host := u.Hostname(); !isVendor(host) && !isLoopback(host) {
		return &Error{
			Text: "./" + ProjectFile + " would send the token in " + what + " to " + host + ", which is not the vendor's",
			Hint: "if you trust that host, move the profile to your own configuration file, or repeat the address with --url",
		}
	}
	return nil
}

// within tells whether a file is really below the directory, be it reached
// through links or not. What cannot be told is outside.
func within(dir, path string) bool {
	realDir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	realPath, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(realDir, realPath)
	return err == nil && filepath.IsLocal(rel)
}

func isVendor(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, d := range vendorDomains {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
