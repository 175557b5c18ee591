package cli

import (
	"cmp"
	"context"
	"runtime/debug"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
)

func newVersionCmd() *session.Command {
	return &session.Command{
		Name:  "version",
		Brief: "show the version of lcsync",
		About: `Prints the version of lcsync, its commit, the version of Go, and the version of the API.`,
		Examples: []string{
			"lcsync version",
			"lcsync version --json",
		},
		Action: func(context.Context, *session.Session, *ucli.Context) (session.Result, error) {
			return build(), nil
		},
	}
}

// versionResult is the version of lcsync and of what it was built with.
type versionResult struct {
	Version    string `json:"version"`
	Commit     string `json:"commit,omitempty"`
	Modified   bool   `json:"modified,omitempty"`
	Go         string `json:"go"`
	APIVersion string `json:"api_version"`
}

// build returns the version of this program.
func build() versionResult {
	info, _ := debug.ReadBuildInfo()
	return runVersion(info)
}

func runVersion(info *debug.BuildInfo) versionResult {
	r := versionResult{Version: "(unknown)", APIVersion: resource.APIVersion}
	if info == nil {
		return r
	}
	r.Go = info.GoVersion
	if v := info.Main.Version; v != "" {
		r.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			r.Commit = s.Value
		case "vcs.modified":
			r.Modified = s.Value == "true"
		}
	}
	return r
}

// Text prints one line for each.
func (r versionResult) Text(p *session.Page) {
	commit := cmp.Or(r.Commit, "unknown")
	if r.Modified {
		commit += " (modified)"
	}
	p.Printf("lcsync %s\ncommit %s\ngo     %s\napi    %s\n", r.Version, commit, r.Go, r.APIVersion)
}
