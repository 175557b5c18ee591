package config

import (
	"path/filepath"

	"lcsync/internal/resource"
)

// trust refuses a profile of the working directory that would send a token
// from outside of it, be it a variable's or a file's, to a host that is
// neither the vendor's nor this machine: such a file may have come with
// somebody else's repository.
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
