package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const userConfig = `
profiles:
  acme:
    url: https://api.livechatinc.com
    account_id: acme-account
    token_env: ACME_TOKEN
    client_ids: [acme-client]
    skip: [bot_templates]
  beta:
    token_file: beta.token
    region: fra
`

// home makes a home directory with a user's configuration, and an empty
// working directory.
func home(t *testing.T, config string, environ ...string) Places {
	t.Helper()
	root := t.TempDir()
	p := Places{Dir: filepath.Join(root, "work"), Environ: append([]string{"HOME=" + root}, environ...)}
	write(t, filepath.Join(root, ".config", "lcsync", "config.yaml"), config, 0o600)
	write(t, filepath.Join(root, ".config", "lcsync", "beta.token"), "beta-token\n", 0o600)
	write(t, filepath.Join(root, "work", "typed.token"), "typed-token\n", 0o600)
	return p
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

func TestPrecedence(t *testing.T) {
	env := []string{"ACME_TOKEN=acme-token", "LCSYNC_TOKEN=env-token", "LCSYNC_URL=https://env.example",
		"LCSYNC_ACCOUNT_ID=env-account", "LCSYNC_CLIENT_IDS=env-client, other", "LCSYNC_PROFILE=beta"}
	tests := []struct {
		name, why string
		config    string
		environ   []string
		flags     Flags
		want      Connection
	}{
		{name: "flag names a profile", why: "it beats the environment, as one bundle",
			config: userConfig, environ: env, flags: Flags{Profile: "acme"},
			want: Connection{Profile: "acme", Source: "profile acme", URL: DefaultURL, Token: "acme-token",
				AccountID: "acme-account", ClientIDs: []string{"acme-client"}, IDsFrom: "profile", Skip: []string{"bot_templates"}}},
		{name: "profile without account id", why: "the environment's must not slip into a profile",
			config: userConfig, environ: env, flags: Flags{Profile: "beta"},
			want: Connection{Profile: "beta", Source: "profile beta", URL: DefaultURL, Token: "beta-token", Region: "fra",
				ClientIDs: []string{"env-client", "other"}, IDsFrom: "environment"}},
		{name: "LCSYNC_PROFILE beside a token", why: "it names a profile, as a flag would; another license is not what was asked for",
			config: userConfig, environ: env,
			want: Connection{Profile: "beta", Source: "profile beta", URL: DefaultURL, Token: "beta-token", Region: "fra",
				ClientIDs: []string{"env-client", "other"}, IDsFrom: "environment"}},
		{name: "LCSYNC_PROFILE with client ids", why: "they are part of the profile that was named",
			config: userConfig, environ: []string{"ACME_TOKEN=acme-token", "LCSYNC_CLIENT_IDS=env-client", "LCSYNC_PROFILE=acme"},
			want: Connection{Profile: "acme", Source: "profile acme", URL: DefaultURL, Token: "acme-token",
				AccountID: "acme-account", ClientIDs: []string{"acme-client"}, IDsFrom: "profile", Skip: []string{"bot_templates"}}},
		{name: "environment", why: "it beats profiles that nobody named",
			config: "profiles: {default: {token: t}}", environ: env[:5],
			want: Connection{Source: "the environment", URL: "https://env.example", Token: "env-token",
				AccountID: "env-account", ClientIDs: []string{"env-client", "other"}, IDsFrom: "environment"}},
		{name: "flags over environment", why: "the user typed them",
			config: userConfig, environ: env[:5],
			flags: Flags{URL: "https://typed.example", AccountID: "typed", Region: "dal", TokenFile: "typed.token", ClientIDs: []string{"c"}},
			want: Connection{Source: "the environment", URL: "https://typed.example", Token: "typed-token",
				AccountID: "typed", Region: "dal", ClientIDs: []string{"c"}, IDsFrom: "flag"}},
		{name: "flags over profile", why: "the user typed them",
			config: userConfig, environ: env, flags: Flags{Profile: "acme", URL: "https://typed.example"},
			want: Connection{Profile: "acme", Source: "profile acme", URL: "https://typed.example", Token: "acme-token",
				AccountID: "acme-account", ClientIDs: []string{"acme-client"}, IDsFrom: "profile", Skip: []string{"bot_templates"}}},
		{name: "LCSYNC_PROFILE", why: "there is no token in the environment",
			config: userConfig, environ: []string{"LCSYNC_PROFILE=beta"},
			want: Connection{Profile: "beta", Source: "profile beta", URL: DefaultURL, Token: "beta-token", Region: "fra"}},
		{name: "default", why: "nothing names another",
			config: "profiles: {default: {token_env: T}, other: {token_env: U}}", environ: []string{"T=t"},
			want: Connection{Profile: "default", Source: "profile default", URL: DefaultURL, Token: "t"}},
		{name: "the only one", why: "there is no doubt",
			config: "profiles: {solo: {token: t}}",
			want:   Connection{Profile: "solo", Source: "profile solo", URL: DefaultURL, Token: "t"}},
		{name: "client ids of the environment", why: "they beat a profile that nobody named",
			config: "profiles: {solo: {token: t, client_ids: [p]}}", environ: []string{"LCSYNC_CLIENT_IDS=e"},
			want: Connection{Profile: "solo", Source: "profile solo", URL: DefaultURL, Token: "t", ClientIDs: []string{"e"}, IDsFrom: "environment"}},
		{name: "a profile without applications", why: "an empty list is a decision, an absent one is not",
			config: "profiles: {solo: {token: t, client_ids: []}}",
			want:   Connection{Profile: "solo", Source: "profile solo", URL: DefaultURL, Token: "t", ClientIDs: []string{}, IDsFrom: "profile"}},
		{name: "a named profile without applications", why: "the environment's belong to another license",
			config: "profiles: {solo: {token: t, client_ids: []}}", environ: []string{"LCSYNC_CLIENT_IDS=e"}, flags: Flags{Profile: "solo"},
			want: Connection{Profile: "solo", Source: "profile solo", URL: DefaultURL, Token: "t", ClientIDs: []string{}, IDsFrom: "profile"}},
		{name: "token file without profile", why: "it is a token like LCSYNC_TOKEN",
			environ: []string{"LCSYNC_ACCOUNT_ID=a"}, flags: Flags{TokenFile: "typed.token"},
			want: Connection{Source: "the environment", URL: DefaultURL, Token: "typed-token", AccountID: "a"}},
		{name: "profile that protects, beside a token", why: "nothing is protected, which has to be said",
			config: "profiles: {solo: {token: t, protect: [{kind: groups, key: VIP}]}}", environ: []string{"LCSYNC_TOKEN=env-token"},
			want: Connection{Source: "the environment", URL: DefaultURL, Token: "env-token", Unused: "solo"}},
		{name: "profile that skips, beside a token file", why: "it is not used either",
			config: "profiles: {default: {token: t, skip: [tags]}, other: {}}", flags: Flags{TokenFile: "typed.token"},
			want: Connection{Source: "the environment", URL: DefaultURL, Token: "typed-token", Unused: "default"}},
		{name: "profile without either, beside a token", why: "there is nothing to miss",
			config: "profiles: {solo: {token: t, client_ids: [p]}}", environ: []string{"LCSYNC_TOKEN=env-token"},
			want: Connection{Source: "the environment", URL: DefaultURL, Token: "env-token"}},
		{name: "several profiles, beside a token", why: "none of them is the one",
			config: userConfig, environ: []string{"LCSYNC_TOKEN=env-token"},
			want: Connection{Source: "the environment", URL: DefaultURL, Token: "env-token"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := home(t, tt.config, tt.environ...).Resolve(tt.flags)
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if d := cmp.Diff(&tt.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, d)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name    string
		config  string
		environ []string
		flags   Flags
		text    string // part of the error
		hint    string // part of the hint
	}{
		{"nothing at all", "", nil, Flags{}, "no credentials", "LCSYNC_TOKEN"},
		{"unknown profile", userConfig, nil, Flags{Profile: "acne"}, `no profile "acne", which --profile names`, "did you mean acme?"},
		{"unknown LCSYNC_PROFILE", userConfig, []string{"LCSYNC_PROFILE=x"}, Flags{}, "which LCSYNC_PROFILE names", "acme, beta"},
		{"unknown LCSYNC_PROFILE beside a token", userConfig, []string{"LCSYNC_PROFILE=acne", "LCSYNC_TOKEN=t"}, Flags{}, `no profile "acne", which LCSYNC_PROFILE names`, "did you mean acme? The profiles are acme, beta"},
		{"unknown LCSYNC_PROFILE beside a token file", userConfig, []string{"LCSYNC_PROFILE=x"}, Flags{TokenFile: "typed.token"}, "which LCSYNC_PROFILE names", "acme, beta"},
		{"LCSYNC_PROFILE without any profile", "", []string{"LCSYNC_PROFILE=x", "LCSYNC_TOKEN=t"}, Flags{}, "which LCSYNC_PROFILE names", "there are no profiles"},
		{"several", userConfig, nil, Flags{}, "no profile chosen: there are several", "--profile: acme, beta"},
		{"stray url", "profiles: {solo: {token: t}}", []string{"LCSYNC_URL=https://x.example"}, Flags{}, "LCSYNC_URL is set without LCSYNC_TOKEN", "--profile solo"},
		{"variable not set", userConfig, nil, Flags{Profile: "acme"}, "ACME_TOKEN, which is not set", "set ACME_TOKEN"},
		{"no token", "profiles: {solo: {region: fra}}", nil, Flags{}, "profile solo has no token", "token_env"},
		{"password in url", "profiles: {solo: {token: t, url: 'https://u:hush@x.example'}}", nil, Flags{}, "user name or password", "must not contain the token"},
		{"no url", "profiles: {solo: {token: t, url: 'api.livechatinc.com'}}", nil, Flags{}, "not a URL", "--url"},
		{"region", "profiles: {solo: {token: t, region: Fra}}", nil, Flags{}, `unknown data center "Fra"`, "dal, fra or fra-a"},
		{"not a token", "profiles: {solo: {token_env: T}}", []string{"T=two\nhush"}, Flags{}, "characters that a token cannot have", "one line"},
		{"token file is missing", "", nil, Flags{TokenFile: "none"}, "no such file", ""},
		{"config file is missing", "", nil, Flags{}, "no credentials", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := home(t, tt.config, tt.environ...).Resolve(tt.flags)
			text, hint := explain(err)
			if !strings.Contains(text, tt.text) || !strings.Contains(hint, tt.hint) {
				t.Errorf("error %q, hint %q; want %q, %q", text, hint, tt.text, tt.hint)
			}
			if strings.Contains(text+hint, "hush") {
				t.Errorf("a secret is in %q, %q", text, hint)
			}
		})
	}
}

// TestProjectFile holds what a file of the working directory may not do.
func TestProjectFile(t *testing.T) {
	tests := []struct {
		name, project string
		flags         Flags
		refused       bool
	}{
		{"variable to the vendor", "profiles: {p: {token_env: T, url: 'https://api.fra.livechatinc.com'}}", Flags{}, false},
		{"variable to this machine", "profiles: {p: {token_env: T, url: 'http://127.0.0.1:8080'}}", Flags{}, false},
		{"variable elsewhere", "profiles: {p: {token_env: T, url: 'https://livechatinc.com.evil.example'}}", Flags{}, true},
		{"variable to a look-alike", "profiles: {p: {token_env: T, url: 'https://evillivechatinc.com'}}", Flags{}, true},
		{"file from outside elsewhere", "profiles: {p: {token_file: ../beta.token, url: 'https://evil.example'}}", Flags{}, true},
		{"file of the home elsewhere", "profiles: {p: {token_file: ~/.config/lcsync/beta.token, url: 'https://evil.example'}}", Flags{}, true},
		{"link to a file outside", "profiles: {p: {token_file: link, url: 'https://evil.example'}}", Flags{}, true},
		{"its own file elsewhere", "profiles: {p: {token_file: typed.token, url: 'https://proxy.example'}}", Flags{}, false},
		{"the user typed the host", "profiles: {p: {token_env: T, url: 'https://evil.example'}}", Flags{URL: "https://mine.example"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := home(t, "", "T=t")
			write(t, filepath.Join(p.Dir, ProjectFile), tt.project, 0o600)
			if err := os.Symlink(filepath.Join(p.Dir, "..", ".config", "lcsync", "beta.token"), filepath.Join(p.Dir, "link")); err != nil {
				t.Fatal(err)
			}
			_, err := p.Resolve(tt.flags)
			if refused := err != nil && strings.Contains(err.Error(), "would send the token"); refused != tt.refused {
				t.Errorf("refused: %t, want %t (error %v)", refused, tt.refused, err)
			}
			if !tt.refused && err != nil {
				t.Error(err)
			}
		})
	}
}
