package config

import (
	"path/filepath"

	"lcsync/internal/resource"
)

// trust refuses a profile of the working directory that would send a token from
// outside of it (from a variable or a file) to a host that is not the vendor's and
// not this machine: the file may come from somebody else's repository.
func (pr *Profile) trust(host, dir string) error {
	var what string
	switch {
	case pr.TokenEnv != "":
		what = "the variable " + pr.TokenEnv
	case pr.TokenFile != "" && !within(dir, pr.TokenFile):
		what = "the file " + pr.TokenFile
	default:
		return nil
	}
	if !resource.VendorHost(host) && !resource.Loopback(host) {
		return &Error{
			Text: "./" + ProjectFile + " would send the token in " + what + " to " + host + ", which is not the vendor's host",
			Hint: "if you trust the host, move the profile to your own configuration file, or pass the address with --url",
		}
	}
	return nil
}

// within reports whether a file is below the directory after links are resolved.
// If that cannot be determined, it is not.
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
