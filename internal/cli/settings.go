package cli

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

// settings are the global flags that say which license is worked on and how it
// is reached, after the environment had its say.
type settings struct {
	config.Flags
	APIVersion  string
	Concurrency int
	Rate        float64
	Timeout     time.Duration
	AllowHTTP   bool
}

// globalFlags returns the flags that every command has. Most of their values go
// to the parts of a session.
func globalFlags(s *session) []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "profile", Destination: &s.Profile, Usage: "use the profile `PROFILE` of the configuration file"},
		&ucli.StringFlag{Name: "url", Destination: &s.URL, Usage: "address of the API as `URL` (default " + config.DefaultURL + ")"},
		&ucli.StringFlag{Name: "token-file", Destination: &s.TokenFile, Usage: "read the token from `FILE`"},
		&ucli.StringFlag{Name: "account-id", Destination: &s.AccountID, Usage: "account `ID` that a personal access token belongs to"},
		&ucli.StringFlag{Name: "region", Destination: &s.Region, Usage: "data center as `NAME`, such as dal, fra or fra-a (default: the token's prefix)"},
		&ucli.StringFlag{Name: "api-version", Destination: &s.APIVersion, Value: resource.APIVersion, Usage: "version of the API as `N.N` (default " + resource.APIVersion + "; export also reads " + strings.Join(resource.LegacyVersions(), ", ") + ")"},
		&ucli.StringSliceFlag{Name: "client-id", Usage: "cover the application with this client `ID`; repeatable"},
		&ucli.IntFlag{Name: "concurrency", Destination: &s.Concurrency, Value: 8, Usage: "make at most `N` calls at once (default 8)"},
		&ucli.Float64Flag{Name: "rate", Destination: &s.Rate, Usage: "make at most `N` requests a second (default: as many as the server takes)"},
		&ucli.DurationFlag{Name: "timeout", Destination: &s.Timeout, Value: 30 * time.Second, Usage: "give up on a call after `TIME` (default 30s)"},
		&ucli.BoolFlag{Name: "allow-http", Destination: &s.AllowHTTP, Usage: "allow a url without TLS that is not this machine"},
		&ucli.BoolFlag{Name: "json", Usage: "print one JSON document"},
		&ucli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing on stderr if the exit code is 0, otherwise only why not; no plan before applying it"},
		argv.Choice("color", colorAuto, "print colours `WHEN`: auto (on a terminal without NO_COLOR), always or never", colorAuto, colorAlways, colorNever),
		&ucli.BoolFlag{Name: "no-color", Usage: "the same as --color never"},
		argv.Choice("log-level", "warn", "log from `LEVEL` on: debug, info, warn or error (default warn, with --quiet error)", "debug", "info", "warn", "error"),
		argv.Choice("log-format", "text", "write logs, notices and errors on stderr as `FORMAT`: text or json, an object a line with time, level and msg", "text", "json"),
		&ucli.StringFlag{Name: "config", Destination: &s.File, Usage: "read profiles from `FILE` and nowhere else"},
		&ucli.StringFlag{Name: "state-dir", Destination: &s.state, Usage: "keep runs, locks and secrets of new bots in `DIR`"},
		&ucli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show help on the program or on the command"},
		&ucli.BoolFlag{Name: "version", Usage: "show the version"},
	}
}

// noVariable names the flags that no variable of their own stands for: those
// that config takes together from one source or not at all, and two questions.
var noVariable = []string{"profile", "url", "token-file", "account-id", "region", "client-id", "help", "version"}

// variable returns the environment variable of a global flag.
func variable(flag string) string {
	return "LCSYNC_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// readSettings sets the flags from the command line and the environment. What
// cannot be set is an error after all the rest is set, so that it is told as the
// user wants to be answered.
func (s *session) readSettings(c *ucli.Context, line *argv.Line, global []ucli.Flag) error {
	wrong := line.Set(c, func(f ucli.Flag) (name, value string) {
		if flag := f.Names()[0]; slices.Contains(global, f) && !slices.Contains(noVariable, flag) {
			name = variable(flag)
		}
		return name, s.Environ.Get(name)
	})
	s.ClientIDs = c.StringSlice("client-id")
	level := c.String("log-level")
	if c.Bool("quiet") && !c.IsSet("log-level") {
		level = "error"
	}
	m := manner{JSON: c.Bool("json") || c.String("format") == "json", Quiet: c.Bool("quiet"), Color: c.String("color"), LogFormat: c.String("log-format")}
	_ = m.LogLevel.UnmarshalText([]byte(level)) // it is one of the choices
	if !c.IsSet("color") && (c.Bool("no-color") || s.Environ.Get("NO_COLOR") != "") {
		m.Color = colorNever
	}
	s.answer(m)
	return cmp.Or(wrong, s.settings.check())
}

// check refuses values that make no sense.
func (s *settings) check() error {
	switch {
	case s.Concurrency < 1:
		return usagef("", "--concurrency must be at least 1")
	case s.Rate < 0:
		return usagef("", "--rate must not be negative")
	case s.Timeout <= 0:
		return usagef("write it with a unit, such as 30s", "--timeout must be more than nothing")
	}
	return nil
}

// checkVersion refuses versions of the API that there are not, and those that a
// command does not work with.
func (s *settings) checkVersion(c *command) error {
	legacy := resource.LegacyVersions()
	switch {
	case s.APIVersion == resource.APIVersion:
		return nil
	case !slices.Contains(legacy, s.APIVersion):
		return usagef("lcsync speaks "+resource.APIVersion+", and export reads "+strings.Join(legacy, ", "), "there is no version %s of the API that lcsync speaks", s.APIVersion)
	case !c.legacy:
		return usagef("read an older version with `lcsync export --api-version "+s.APIVersion+"` and convert the file with `lcsync migrate`",
			"%s works with version %s of the API, not with %s", c.name, resource.APIVersion, s.APIVersion)
	}
	return nil
}

// legacy returns the version of the API before 3.5 that was asked for, "" for
// 3.5.
func (s *settings) legacy() string {
	if s.APIVersion == resource.APIVersion {
		return ""
	}
	return s.APIVersion
}
