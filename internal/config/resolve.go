package config

import (
	"net/url"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// DefaultURL is the vendor's address, used where none is given.
const DefaultURL = "https://api.livechatinc.com"

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
	// Unused names the profile that would count if no token were given outside
	// of it, where that is a loss: what it skips or protects is not.
	Unused string
}

// bundle is a source of credentials before its token is read.
type bundle struct {
	Connection
	tokenFile string
	tokenEnv  string
	project   bool
	named     bool // a profile that the user chose by its name
}

// Resolve finds the one source of credentials: a profile that is named, by a
// flag or else by LCSYNC_PROFILE; else the environment; else the profile called
// default, or the only one. A name that no profile has is an error, whatever
// other credentials there are.
func (p Places) Resolve(f Flags) (*Connection, error) {
	b, err := p.source(f)
	if err != nil {
		return nil, err
	}
	byFlag := override(&b.Connection, f)
	if b.Connection.URL == "" {
		b.Connection.URL = DefaultURL
	}
	if err := checkURL(b.URL); err != nil {
		return nil, err
	}
	if err := checkRegion(b.Region); err != nil {
		return nil, err
	}
	if f.TokenFile != "" {
		b.Token, b.tokenEnv, b.tokenFile = "", "", p.Abs(f.TokenFile)
	} else if b.project && !byFlag {
		if err := trust(b, p.Dir); err != nil {
			return nil, err
		}
	}
	if err := p.readToken(b); err != nil {
		return nil, err
	}
	p.clientIDs(b, f)
	return &b.Connection, nil
}

// source picks the bundle.
func (p Places) source(f Flags) (*bundle, error) {
	profiles, err := p.Load()
	if err != nil {
		return nil, err
	}
	if name, saidBy := p.named(f); name != "" {
		found, err := profiles.get(name, saidBy)
		if err != nil {
			return nil, err
		}
		b := found.bundle()
		b.named = true
		return b, nil
	}
	env := p.environment()
	found, err := chosen(profiles)
	if env.Token != "" || env.tokenFile != "" || f.TokenFile != "" {
		if found != nil && len(found.Skip)+len(found.Protect) > 0 {
			env.Unused = found.Name
		}
		return env, nil
	}
	if err != nil || found == nil {
		if err == nil {
			err = noCredentials()
		}
		return nil, err
	}
	if err := p.strays(found); err != nil {
		return nil, err
	}
	return found.bundle(), nil
}

// named is the name of the profile that is to be used, and where it stands; ""
// if none is named.
func (p Places) named(f Flags) (name, saidBy string) {
	if f.Profile != "" {
		return f.Profile, "--profile"
	}
	return p.Environ.Get("LCSYNC_PROFILE"), "LCSYNC_PROFILE"
}

// chosen is the profile to use where none is named; nil if none suggests
// itself.
func chosen(profiles Profiles) (*Profile, error) {
	if found, ok := profiles["default"]; ok {
		return found, nil
	}
	switch len(profiles) {
	case 0:
		return nil, nil
	case 1:
		return profiles[profiles.Names()[0]], nil
	}
	return nil, &Error{Text: "there are several profiles, and none is chosen",
		Hint: "choose one with --profile: " + strings.Join(profiles.Names(), ", ")}
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

func noCredentials() error {
	return &Error{
		Text: "no credentials: there is neither a token nor a profile",
		Hint: "set LCSYNC_TOKEN (and LCSYNC_ACCOUNT_ID for a personal access token), give --token-file FILE, " +
			"or describe a profile in ./" + ProjectFile,
	}
}

func (p Places) environment() *bundle {
	b := &bundle{Connection: Connection{
		Source:    "the environment",
		URL:       p.Environ.Get("LCSYNC_URL"),
		Token:     p.Environ.Get("LCSYNC_TOKEN"),
		AccountID: p.Environ.Get("LCSYNC_ACCOUNT_ID"),
		Region:    p.Environ.Get("LCSYNC_REGION"),
	}}
	if file := p.Environ.Get("LCSYNC_TOKEN_FILE"); file != "" && b.Token == "" {
		b.tokenFile = p.Abs(file)
	}
	return b
}

func (pr *Profile) bundle() *bundle {
	return &bundle{
		Connection: Connection{
			Profile: pr.Name, Source: "profile " + pr.Name,
			URL: pr.URL, Token: pr.Token, AccountID: pr.AccountID, Region: pr.Region,
			ClientIDs: pr.ClientIDs, Skip: pr.Skip, Protect: pr.Protect,
		},
		tokenFile: pr.TokenFile, tokenEnv: pr.TokenEnv, project: pr.Project,
	}
}

// override puts what the user typed in the place of what the source says, and
// tells whether that included the url.
func override(c *Connection, f Flags) (urlTyped bool) {
	for _, o := range []struct {
		at    *string
		typed string
	}{{&c.URL, f.URL}, {&c.AccountID, f.AccountID}, {&c.Region, f.Region}} {
		if o.typed != "" {
			*o.at = o.typed
		}
	}
	return f.URL != ""
}

// clientIDs settles whose client ids count: typed ones, those of a profile
// that was named, the environment's, the profile's. A profile may say
// that there are none: client_ids: [].
func (p Places) clientIDs(b *bundle, f Flags) {
	switch env := SplitList(p.Environ.Get("LCSYNC_CLIENT_IDS")); {
	case len(f.ClientIDs) > 0:
		b.ClientIDs, b.IDsFrom = f.ClientIDs, "flag"
	case len(env) > 0 && (!b.named || b.ClientIDs == nil):
		b.ClientIDs, b.IDsFrom = env, "environment"
	case b.ClientIDs != nil:
		b.IDsFrom = "profile"
	}
}

// readToken fetches the token from where the bundle says it is.
func (p Places) readToken(b *bundle) error {
	switch {
	case b.tokenEnv != "":
		if b.Token = p.Environ.Get(b.tokenEnv); b.Token == "" {
			return &Error{Text: b.Source + " takes its token from the variable " + b.tokenEnv + ", which is not set",
				Hint: "set " + b.tokenEnv}
		}
	case b.tokenFile != "":
		path := p.Abs(b.tokenFile)
		data, err := secret.ReadFile(path, secret.Others)
		if err != nil {
			return err
		}
		if b.Token = strings.TrimSpace(string(data)); b.Token == "" {
			return &Error{Text: "the token file " + path + " is empty"}
		}
	case b.Token == "":
		return &Error{Text: b.Source + " has no token", Hint: "give it token_env or token_file"}
	}
	b.Token = strings.TrimSpace(b.Token)
	if strings.ContainsFunc(b.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return &Error{Text: "the token of " + b.Source + " has characters that no token has",
			Hint: "is it the right file or variable? A token is one line of plain characters"}
	}
	return nil
}

// checkURL refuses addresses that no license can have. Its texts do not
// repeat an address that holds a password.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return &Error{Text: "the url is not an address such as " + DefaultURL, Hint: "check --url, LCSYNC_URL or the profile"}
	case u.User != nil:
		return &Error{Text: "the url holds a user name or password", Hint: "take it out: the token is given apart from the url"}
	case u.RawQuery != "" || u.Fragment != "":
		return &Error{Text: "the url has a query or a fragment", Hint: "give the address alone, such as " + DefaultURL}
	}
	return nil
}

func checkRegion(region string) error {
	if region == "" || resource.IsRegion(region) {
		return nil
	}
	return &Error{Text: "no data center is called " + quote(region), Hint: "it is a name such as dal, fra or fra-a, as it stands before the colon of a token"}
}
