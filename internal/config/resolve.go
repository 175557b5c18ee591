package config

import (
	"cmp"
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
	Protect   []Protected
	Ignore    []Ignore // differences that are left out
	Secret    []Secret // what is never shown
	Notify    []string // URLs that are told of differences
	Project   bool     // the profile is of a file that came with the working directory
	ReadOnly  bool     // nothing is written to the license
	// Applications are names of applications, by client id.
	Applications map[string]string
	// Unused names the profile that would count if no token were given outside
	// of it, where that is a loss: what it skips or protects is not.
	Unused string
}

// Resolve finds the one source of credentials: a profile that is named, by a
// flag or else by LCSYNC_PROFILE; else the environment; else the profile called
// default, or the only one. A name that no profile has is an error, whatever
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
		return nil, &Error{Text: "the url " + err.Error(), Hint: "check --url, LCSYNC_URL or the profile; the token is given apart from the url"}
	}
	if c.Region != "" && !resource.IsRegion(c.Region) {
		return nil, &Error{Text: "no data center is called " + quote(c.Region), Hint: "it is a name such as dal, fra or fra-a, as it stands before the colon of a token"}
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

// named is the name of the profile that is to be used, and where it stands; ""
// if none is named.
func (p Places) named(f Flags) (name, saidBy string) {
	if f.Profile != "" {
		return f.Profile, "--profile"
	}
	return p.Environ.Get("LCSYNC_PROFILE"), "LCSYNC_PROFILE"
}

// unnamed is the source where no profile is named: the environment if there is
// a token outside of profiles, and then the profile that is a loss; else the
// profile that suggests itself.
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
		return nil, "", &Error{Text: "there are several profiles, and none is chosen",
			Hint: "choose one with --profile: " + strings.Join(profiles.Names(), ", ")}
	case found == nil:
		return nil, "", &Error{Text: "no credentials: there is neither a token nor a profile",
			Hint: "set LCSYNC_TOKEN (and LCSYNC_ACCOUNT_ID for a personal access token), give --token-file FILE, " +
				"or describe a profile in ./" + ProjectFile}
	}
	return found, "", p.strays(found)
}

// obvious is the profile to use where none is named: the one called default, or
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

// strays refuses variables that belong to a token which is not there. Using
// the profile's url instead of the one in the variable could reach the wrong
// license.
func (p Places) strays(found *Profile) error {
	for _, v := range []string{"LCSYNC_URL", "LCSYNC_ACCOUNT_ID", "LCSYNC_REGION"} {
		if p.Environ.Get(v) != "" {
			return &Error{
				Text: v + " is set without LCSYNC_TOKEN, and profile " + quote(found.Name) + " would ignore it",
				Hint: "set LCSYNC_TOKEN too, unset " + v + ", or choose the profile with --profile " + found.Name,
			}
		}
	}
	return nil
}

// environment is what the environment says of a license.
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

// clientIDs settles whose client ids count: typed ones, those of a profile
// that was named, the environment's, the profile's. A profile may say
// that there are none: client_ids: [].
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

// token fetches the token from where a profile says it is.
func (p Places) token(from *Profile) (string, error) {
	token := from.Token
	switch {
	case from.TokenEnv != "":
		if token = p.Environ.Get(from.TokenEnv); token == "" {
			return "", &Error{Text: from.source() + " takes its token from the variable " + from.TokenEnv + ", which is not set",
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
		return "", &Error{Text: from.source() + " has no token", Hint: "give it token_env or token_file"}
	}
	token = strings.TrimSpace(token)
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", &Error{Text: "the token of " + from.source() + " has characters that no token has",
			Hint: "is it the right file or variable? A token is one line of plain characters"}
	}
	return token, nil
}
