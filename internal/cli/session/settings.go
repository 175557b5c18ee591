package session

import (
	"cmp"
	"slices"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/config"
	"lcsync/internal/resource"
)

// Settings are the global flags that choose a license and how to reach it, with
// values from the command line and the environment.
type Settings struct {
	config.Flags
	APIVersion  string
	Concurrency int
	Rate        float64
	Timeout     time.Duration
	AllowHTTP   bool
}

// GlobalFlags returns the flags that every command has. Most of them set fields
// of the session.
func GlobalFlags(s *Session) []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "profile", Destination: &s.Profile, Usage: "use `PROFILE` of the configuration file"},
		&ucli.StringFlag{Name: "url", Destination: &s.URL, Usage: "`URL` of the API (default " + config.DefaultURL + ")"},
		&ucli.StringFlag{Name: "token-file", Destination: &s.TokenFile, Usage: "read the token from `FILE`"},
		&ucli.StringFlag{Name: "account-id", Destination: &s.AccountID, Usage: "`ID` of the account that a personal access token belongs to"},
		&ucli.StringFlag{Name: "region", Destination: &s.Region, Usage: "`NAME` of the data center, such as dal, fra or fra-a (default: the prefix of the token)"},
		&ucli.StringFlag{Name: "api-version", Destination: &s.APIVersion, Value: resource.APIVersion, Usage: "use version `N.N` of the API (default " + resource.APIVersion + "; export also reads " + strings.Join(resource.LegacyVersions(), ", ") + ")"},
		&ucli.StringSliceFlag{Name: "client-id", Usage: "include the application with this client `ID`; repeatable"},
		&ucli.IntFlag{Name: "concurrency", Destination: &s.Concurrency, Value: 8, Usage: "make at most `N` calls at once (default 8)"},
		&ucli.Float64Flag{Name: "rate", Destination: &s.Rate, Usage: "make at most `N` requests a second (default: as many as the server allows)"},
		&ucli.DurationFlag{Name: "timeout", Destination: &s.Timeout, Value: 30 * time.Second, Usage: "give up on a call after `TIME` (default 30s)"},
		&ucli.BoolFlag{Name: "allow-http", Destination: &s.AllowHTTP, Usage: "allow an http:// url that is not on this machine"},
		&ucli.BoolFlag{Name: "json", Usage: "print one JSON document on standard output"},
		&ucli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing on stderr if the exit code is 0, else only the reason; apply shows no plan"},
		argv.Choice("color", colorAuto, "use colours `WHEN`: auto (on a terminal without NO_COLOR), always or never", colorAuto, colorAlways, colorNever),
		&ucli.BoolFlag{Name: "no-color", Usage: "same as --color never"},
		argv.Choice("log-level", "warn", "log messages of `LEVEL` and above: debug, info, warn or error (default warn; error with --quiet)", "debug", "info", "warn", "error"),
		argv.Choice("log-format", "text", "write logs, notices and errors on stderr as `FORMAT`: text, or json with one object per line (time, level, msg)", "text", "json"),
		&ucli.StringFlag{Name: "config", Destination: &s.File, Usage: "read profiles only from `FILE`"},
		&ucli.StringFlag{Name: "state-dir", Destination: &s.State, Usage: "store runs, locks and secrets of new bots in `DIR`"},
		&ucli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show help for lcsync or for the command"},
		&ucli.BoolFlag{Name: "version", Usage: "show the version"},
	}
}

// noVariable names the flags without a variable of their own: those that config
// reads together from one source, and --help and --version.
var noVariable = []string{"profile", "url", "token-file", "account-id", "region", "client-id", "help", "version"}

// Variable returns the environment variable of a global flag.
func Variable(flag string) string {
	return "LCSYNC_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// ReadSettings sets the flags from the command line and the environment. It
// sets all valid flags before it returns an error, so that the error is printed
// as --json and other flags demand.
func (s *Session) ReadSettings(c *ucli.Context, line *argv.Line, global []ucli.Flag) error {
	wrong := line.Set(c, func(f ucli.Flag) (name, value string) {
		if flag := f.Names()[0]; slices.Contains(global, f) && !slices.Contains(noVariable, flag) {
			name = Variable(flag)
		}
		return name, s.Environ.Get(name)
	})
	s.ClientIDs = c.StringSlice("client-id")
	level := c.String("log-level")
	if c.Bool("quiet") && !c.IsSet("log-level") {
		level = "error"
	}
	m := manner{JSON: c.Bool("json") || c.String("format") == "json", Quiet: c.Bool("quiet"), Color: c.String("color"), LogFormat: c.String("log-format")}
	_ = m.LogLevel.UnmarshalText([]byte(level)) // level is one of the choices
	if !c.IsSet("color") && (c.Bool("no-color") || s.Environ.Get("NO_COLOR") != "") {
		m.Color = colorNever
	}
	s.answer(m)
	return cmp.Or(wrong, s.Settings.check())
}

// check refuses values out of range.
func (s *Settings) check() error {
	switch {
	case s.Concurrency < 1:
		return Usagef("", "--concurrency must be at least 1")
	case s.Rate < 0:
		return Usagef("", "--rate must not be negative")
	case s.Timeout <= 0:
		return Usagef("write it with a unit, such as 30s", "--timeout must be more than 0")
	}
	return nil
}

// CheckVersion refuses API versions that lcsync or the command does not
// support.
func (s *Settings) CheckVersion(c *Command) error {
	legacy := resource.LegacyVersions()
	switch {
	case s.APIVersion == resource.APIVersion:
		return nil
	case !slices.Contains(legacy, s.APIVersion):
		return Usagef("lcsync supports "+resource.APIVersion+"; export also reads "+strings.Join(legacy, ", "), "lcsync does not support API version %s", s.APIVersion)
	case !c.Legacy:
		return Usagef("export it with lcsync export --api-version "+s.APIVersion+", and convert the file with lcsync migrate",
			"%s works with API version %s, not with %s", c.Name, resource.APIVersion, s.APIVersion)
	}
	return nil
}

// Legacy returns the value of --api-version, "" for 3.5.
func (s *Settings) Legacy() string {
	if s.APIVersion == resource.APIVersion {
		return ""
	}
	return s.APIVersion
}
