package config

import (
	"cmp"
	"errors"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// DefaultURL is the vendor's address, used where none is given.
const DefaultURL = resource.DefaultURL

// Flags are the parts of a connection that the user typed; "" means not given.
type Flags struct {
	Profile                           string
	URL, AccountID, Region, TokenFile string
	ClientIDs                         []string
}

// Connection is how to reach one license. Its url, token, account id and
// region come from one source, apart from what flags replaced.
type Connection struct {
	Profile   string // "" if it comes from the environment
	Source    string // for messages: "profile acme", "the environment"
	URL       string
	Token     string
	AccountID string
	Region    string
	// ClientIDs are those of the applications to cover: nil if nobody named any,
	// empty if somebody said that there are none.
	ClientIDs []string
	IDsFrom   string   // who named them: "flag", "environment" or "profile"
	Skip      []string // kinds that are left out unless they are asked for
	Protect   []ProtectedObject
	ReadOnly  bool     // lcsync does not write to the license
	Ignore    []Ignore // differences that are left out
	Secret    []Secret // what is never shown
	Notify    []string // URLs that are told of differences
	Project   bool     // the profile is of a file that came with the working directory
	// Applications are names of applications, by client id.
	Applications map[string]string
	// Unused names the profile that would be used if no token were given outside
	// of it, in cases where that matters: lcsync then ignores what the profile
	// skips or protects.
	Unused string
}

// Resolve selects the one source of credentials: the profile named by a flag or by
// LCSYNC_PROFILE; otherwise the environment; otherwise the profile called default,
// or the only one. The name of a profile that does not exist is an error, whatever
// other credentials there are.
func (p Places) Resolve(f Flags) (*Connection, error) {
	profiles, err := p.Load()
	if err != nil {
		return nil, err
	}
	c := &Connection{}
	var from *Profile
	name, saidBy := p.named(f)
	if name != "" {
		from, err = profiles.get(name, saidBy)
	} else {
		from, c.Unused, err = p.unnamed(profiles, f)
	}
	if err != nil {
		return nil, err
	}
	c.Profile, c.Source, c.Skip, c.Protect, c.Applications = from.Name, from.source(), from.Skip, from.Protect, from.Applications
	c.Ignore, c.Secret, c.Notify, c.Project = from.Ignore, from.Secret, from.Notify, from.Project
	c.ReadOnly = from.ReadOnly
	c.URL, c.AccountID, c.Region = cmp.Or(f.URL, from.URL, DefaultURL), cmp.Or(f.AccountID, from.AccountID), cmp.Or(f.Region, from.Region)
	c.ClientIDs, c.IDsFrom = p.clientIDs(from, name != "", f)
	url, err := resource.ParseAddress(c.URL)
	if err != nil {
		hint := "check --url, LCSYNC_URL or the profile; a url must not contain the token"
		if whole := (*resource.PathError)(nil); errors.As(err, &whole) {
			hint = "remove it; a url such as " + DefaultURL + " is enough"
		}
		return nil, &Error{Text: "the url " + err.Error(), Hint: hint}
	}
	if c.Region != "" && !resource.IsRegion(c.Region) {
		return nil, &Error{Text: "unknown data center " + quote(c.Region), Hint: "pass the part of the token before the colon, such as dal, fra or fra-a"}
	}
	if f.TokenFile != "" {
		from.Token, from.TokenEnv, from.TokenFile = "", "", f.TokenFile
	} else if from.Project && f.URL == "" {
		if err := from.trust(url.Hostname(), p.Dir); err != nil {
			return nil, err
		}
	}
	c.Token, err = p.token(from)
	return c, err
}

// named returns the name of the profile to use and where it is set; "" if none is
// named.
func (p Places) named(f Flags) (name, saidBy string) {
	if f.Profile != "" {
		return f.Profile, "--profile"
	}
	return p.Environ.Get("LCSYNC_PROFILE"), "LCSYNC_PROFILE"
}

// unnamed returns the source if no profile is named: the environment if it has a
// token, with the profile that is ignored then; otherwise the default profile.
func (p Places) unnamed(profiles Profiles, f Flags) (from *Profile, unused string, err error) {
	found, several := profiles.obvious()
	if env := p.environment(); env.Token != "" || env.TokenFile != "" || f.TokenFile != "" {
		if found != nil && (len(found.Skip)+len(found.Protect) > 0 || found.ReadOnly) {
			unused = found.Name
		}
		return env, unused, nil
	}
	switch {
	case several:
		return nil, "", &Error{Text: "no profile chosen: there are several",
			Hint: "choose one with --profile: " + strings.Join(profiles.Names(), ", ")}
	case found == nil:
		return nil, "", &Error{Text: "no credentials: set a token or define a profile",
			Hint: "set LCSYNC_TOKEN (and LCSYNC_ACCOUNT_ID for a personal access token), pass --token-file FILE, " +
				"or define a profile in ./" + ProjectFile}
	}
	return found, "", p.strays(found)
}

// obvious returns the profile to use if none is named: the one called default, or
// the only one; nil if there is none, or if there are several.
func (p Profiles) obvious() (found *Profile, several bool) {
	if found, ok := p["default"]; ok {
		return found, false
	}
	if len(p) == 1 {
		return p[p.Names()[0]], false
	}
	return nil, len(p) > 1
}

// strays refuses variables that belong to a token that is not set. To use the
// profile's url instead of the one in the variable could reach the wrong license.
func (p Places) strays(found *Profile) error {
	for _, v := range []string{"LCSYNC_URL", "LCSYNC_ACCOUNT_ID", "LCSYNC_REGION"} {
		if p.Environ.Get(v) != "" {
			return &Error{
				Text: v + " is set without LCSYNC_TOKEN, and profile " + quote(found.Name) + " ignores it",
				Hint: "set LCSYNC_TOKEN too, unset " + v + ", or choose the profile with --profile " + found.Name,
			}
		}
	}
	return nil
}

// environment returns the settings that the environment gives for a license.
func (p Places) environment() *Profile {
	env := p.Environ.Get
	from := &Profile{URL: env("LCSYNC_URL"), Token: env("LCSYNC_TOKEN"), AccountID: env("LCSYNC_ACCOUNT_ID"), Region: env("LCSYNC_REGION")}
	if from.Token == "" {
		from.TokenFile = env("LCSYNC_TOKEN_FILE")
	}
	return from
}

// source is what messages call a profile.
func (pr *Profile) source() string {
	if pr.Name == "" {
		return "the environment"
	}
	return "profile " + pr.Name
}

// clientIDs selects the client ids that count: those of flags, of a named profile,
// of the environment, of another profile, in this order. A profile can state that
// there are none: client_ids: [].
func (p Places) clientIDs(from *Profile, named bool, f Flags) (ids []string, whose string) {
	switch env := SplitList(p.Environ.Get("LCSYNC_CLIENT_IDS")); {
	case len(f.ClientIDs) > 0:
		return f.ClientIDs, "flag"
	case len(env) > 0 && (!named || from.ClientIDs == nil):
		return env, "environment"
	case from.ClientIDs != nil:
		return from.ClientIDs, "profile"
	}
	return nil, ""
}

// token reads the token from the place that a profile names.
func (p Places) token(from *Profile) (string, error) {
	token := from.Token
	switch {
	case from.TokenEnv != "":
		if token = p.Environ.Get(from.TokenEnv); token == "" {
			return "", &Error{Text: from.source() + " reads its token from the variable " + from.TokenEnv + ", which is not set",
				Hint: "set " + from.TokenEnv}
		}
	case from.TokenFile != "":
		path := p.Abs(from.TokenFile)
		data, err := secret.ReadFile(path, secret.Others)
		if err != nil {
			return "", err
		}
		if token = strings.TrimSpace(string(data)); token == "" {
			return "", &Error{Text: "the token file " + path + " is empty"}
		}
	case token == "":
		return "", &Error{Text: from.source() + " has no token", Hint: "set token_env or token_file"}
	}
	token = strings.TrimSpace(token)
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", &Error{Text: "the token of " + from.source() + " contains characters that a token cannot have",
			Hint: "check that it is the right file or variable: a token is one line of ASCII characters"}
	}
	return token, nil
}
