// Package config holds profiles: named descriptions of how to reach a license.
// From flags, environment and files it selects a url, token, account id and region
// that belong together, and refuses combinations that would leak a token.
package config

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// ProjectFile is the name of the configuration in the working directory.
const ProjectFile = "lcsync.yaml"

// Error is a refusal that the user can act on. Neither its text nor its hint
// contains a token.
type Error = secret.Error

// Profile is one license as a configuration file describes it.
type Profile struct {
	Name string // "" if the environment replaces a profile
	// Project tells that its file came with the working directory, which is not
	// always the user's own making.
	Project bool

	URL, AccountID, Region     string
	Token, TokenEnv, TokenFile string
	ClientIDs, Skip            []string
	// Applications are names that the user gives applications, by client id.
	Applications map[string]string
	Protect      []ProtectedObject
	ReadOnly     bool // lcsync does not write to the license
}

// ProtectedObject names objects that are never deleted or replaced; Key may be a
// pattern as in path.Match.
type ProtectedObject struct{ Kind, Key string }

// Profiles are the profiles of one or several files, by name.
type Profiles map[string]*Profile

// Names returns the names in order.
func (p Profiles) Names() []string { return slices.Sorted(maps.Keys(p)) }

// get returns a profile, or an error that suggests the nearest name.
func (p Profiles) get(name, saidBy string) (*Profile, error) {
	if found, ok := p[name]; ok {
		return found, nil
	}
	names := strings.Join(p.Names(), ", ")
	hint := "the profiles are " + names
	if near := resource.Suggest(name, p.Names()); near != "" {
		hint = "did you mean " + near + "? The profiles are " + names
	} else if names == "" {
		hint = "there are no profiles: define it in ./" + ProjectFile + " or in the file passed with --config"
	}
	return nil, &Error{Text: "no profile " + quote(name) + ", which " + saidBy + " names", Hint: hint}
}

// Environ is an environment as os.Environ gives it.
type Environ []string

// Get returns a variable, "" if it is not set.
func (e Environ) Get(name string) string {
	for i := len(e) - 1; i >= 0; i-- {
		if n, v, ok := strings.Cut(e[i], "="); ok && n == name {
			return v
		}
	}
	return ""
}

// SplitList splits texts at commas and ignores empty parts.
func SplitList(texts ...string) []string {
	var list []string
	for _, text := range texts {
		for _, e := range strings.Split(text, ",") {
			if e = strings.TrimSpace(e); e != "" {
				list = append(list, e)
			}
		}
	}
	return list
}

// Places says where to look for files.
type Places struct {
	Dir     string // the working directory
	Environ Environ
	File    string // --config: this file and no other
}

// Load reads the profiles: those of the file that was named, or those of the
// user's file with the project's on top. Files that are not there are no
// error, unless they were named.
func (p Places) Load() (Profiles, error) {
	if p.File != "" {
		return p.readFile(p.File, false)
	}
	all := Profiles{}
	for _, name := range []string{p.userFile(), ProjectFile} {
		if name == "" {
			continue
		}
		found, err := p.readFile(name, name == ProjectFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		maps.Copy(all, found)
	}
	return all, nil
}

// readFile reads one configuration file. It holds a token as soon as one of its
// profiles does, and must then be the user's alone.
func (p Places) readFile(name string, project bool) (Profiles, error) {
	path := p.Abs(name)
	data, err := secret.ReadFile(path, 0)
	if err != nil {
		return nil, err
	}
	profiles, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	beside := Places{Dir: filepath.Dir(path), Environ: p.Environ}
	for _, profile := range profiles {
		profile.Project = project
		if profile.TokenFile != "" {
			profile.TokenFile = beside.Abs(profile.TokenFile)
		}
		if profile.Token != "" {
			err = cmp.Or(err, secret.CheckMode(path, secret.GroupAndOthers))
		}
	}
	return profiles, err
}

// Abs resolves a path that the user gave: against the home directory if it
// starts with ~/, and against the working directory otherwise.
func (p Places) Abs(path string) string {
	if rest, ok := strings.CutPrefix(path+"/", "~/"); ok && p.Environ.Get("HOME") != "" {
		return filepath.Join(p.Environ.Get("HOME"), rest)
	}
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.Dir, path)
}

// userFile is $XDG_CONFIG_HOME/lcsync/config.yaml, in ~/.config by default;
// "" where there is no home.
func (p Places) userFile() string {
	return p.xdg("XDG_CONFIG_HOME", ".config", "lcsync", "config.yaml")
}

// StateDir is where runs and secrets are kept: $XDG_STATE_HOME/lcsync, in
// ~/.local/state by default; "" where there is no home. It need not exist.
func (p Places) StateDir() string {
	return p.xdg("XDG_STATE_HOME", filepath.Join(".local", "state"), "lcsync")
}

// xdg follows the XDG base directory specification, by which a relative path
// in a variable is to be ignored.
func (p Places) xdg(variable, fallback string, rest ...string) string {
	base := p.Environ.Get(variable)
	if !filepath.IsAbs(base) {
		home := p.Environ.Get("HOME")
		if home == "" {
			return ""
		}
		base = filepath.Join(home, fallback)
	}
	return filepath.Join(append([]string{base}, rest...)...)
}
