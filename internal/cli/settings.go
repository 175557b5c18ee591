package cli

import (
	"cmp"
	"slices"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

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

// globalFlags returns the flags that every command has.
func globalFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "profile", Usage: "use the profile `NAME` of the configuration file"},
		&ucli.StringFlag{Name: "url", Usage: "address of the API as `URL` (default " + config.DefaultURL + ")"},
		&ucli.StringFlag{Name: "token-file", Usage: "read the token from `FILE`"},
		&ucli.StringFlag{Name: "account-id", Usage: "account `ID` that a personal access token belongs to"},
		&ucli.StringFlag{Name: "region", Usage: "data center as `NAME`, such as dal, fra or fra-a (default: the token's prefix)"},
		&ucli.StringFlag{Name: "api-version", Value: resource.APIVersion, Usage: "version of the API as `N.N` (default " + resource.APIVersion + "; export also reads " + strings.Join(resource.LegacyVersions(), ", ") + ")"},
		&ucli.StringSliceFlag{Name: "client-id", Usage: "cover the application with this client `ID`; repeatable"},
		&ucli.IntFlag{Name: "concurrency", Value: 8, Usage: "make at most `N` calls at once (default 8)"},
		&ucli.Float64Flag{Name: "rate", Usage: "make at most `N` requests a second (default: as many as the server takes)"},
		&ucli.DurationFlag{Name: "timeout", Value: 30 * time.Second, Usage: "give up on a call after `TIME` (default 30s)"},
		&ucli.BoolFlag{Name: "allow-http", Usage: "allow a url without TLS that is not this machine"},
		&ucli.BoolFlag{Name: "json", Usage: "print one JSON document"},
		&ucli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing on stderr if the exit code is 0, otherwise only why not; no plan before applying it"},
		&ucli.BoolFlag{Name: "no-color", Usage: "print no colours; NO_COLOR does the same"},
		&ucli.StringFlag{Name: "log-level", Value: "warn", Usage: "log from `LEVEL` on: debug, info, warn or error (default warn, with --quiet error)"},
		&ucli.StringFlag{Name: "log-format", Value: "text", Usage: "write logs, notices and errors on stderr as `FORMAT`: text or json, an object a line with time, level and msg"},
		&ucli.StringFlag{Name: "config", Usage: "read profiles from `FILE` and nowhere else"},
		&ucli.StringFlag{Name: "state-dir", Usage: "keep runs, locks and secrets of new bots in `DIR`"},
	}
}

// bundled names the flags whose variables are one source of credentials, to be
// taken as a whole or not at all; config decides about them.
var bundled = []string{"profile", "url", "token-file", "account-id", "region", "client-id"}

// variable returns the environment variable of a global flag.
func variable(flag string) string {
	return "LCSYNC_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// readSettings reads the global flags from where they stand: on the command
// line or in the environment.
func (s *session) readSettings(c *ucli.Context) error {
	for _, f := range globalFlags() {
		name := f.Names()[0]
		value := s.Environ.Get(variable(name))
		if value == "" || c.IsSet(name) || slices.Contains(bundled, name) {
			continue
		}
		if err := c.Set(name, value); err != nil {
			return usagef("", "%s=%q is no value for --%s", variable(name), value, name)
		}
	}
	level := c.String("log-level")
	if c.Bool("quiet") && !c.IsSet("log-level") {
		level = "error"
	}
	m := manner{JSON: c.Bool("json"), Quiet: c.Bool("quiet"), NoColor: c.Bool("no-color") || s.Environ.Get("NO_COLOR") != "", LogFormat: c.String("log-format")}
	s.File, s.state = c.String("config"), c.String("state-dir")
	s.settings = settings{
		Flags: config.Flags{
			Profile: c.String("profile"), URL: c.String("url"), AccountID: c.String("account-id"),
			Region: c.String("region"), TokenFile: c.String("token-file"), ClientIDs: c.StringSlice("client-id"),
		},
		APIVersion: c.String("api-version"), Concurrency: c.Int("concurrency"), Rate: c.Float64("rate"),
		Timeout: c.Duration("timeout"), AllowHTTP: c.Bool("allow-http"),
	}
	err := cmp.Or(s.settings.check(), m.check(level))
	s.answer(m)
	return err
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

// check refuses values that make no sense, and takes the log level.
func (m *manner) check(level string) error {
	levels := []string{"debug", "info", "warn", "error"}
	switch {
	case !slices.Contains(levels, level):
		return usagef("the levels are "+strings.Join(levels, ", "), "unknown log level %q", level)
	case m.LogFormat != "text" && m.LogFormat != "json":
		return usagef("the formats are text, json", "unknown log format %q", m.LogFormat)
	}
	return m.LogLevel.UnmarshalText([]byte(level))
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
