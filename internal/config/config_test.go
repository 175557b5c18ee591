package config

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/secret"
)

// explain returns an error's text and hint.
func explain(err error) (text, hint string) {
	var refused *Error
	var hidden *secret.Error
	switch {
	case errors.As(err, &refused):
		return refused.Text, refused.Hint
	case errors.As(err, &hidden):
		return hidden.Text, hidden.Hint
	case err != nil:
		return err.Error(), ""
	}
	return "", ""
}

func TestStrictDecoding(t *testing.T) {
	tests := []struct{ name, file, text, hint string }{
		{"not YAML", "profiles:\n  a: b: c\n", "f:2: not valid YAML", ""},
		{"unknown top-level key", "profile: {}\n", `f:1:1: unknown key "profile" in the file`, "did you mean profiles?"},
		{"unknown key", "profiles:\n  a:\n    tokn_env: T\n", `f:3:5: unknown key "tokn_env" in profile "a"`, "did you mean token_env?"},
		{"key of a later version", "profiles:\n  a: {token_command: pass}\n", `f:2:7: unknown key "token_command"`, "this version of lcsync does not support it"},
		{"twice", "profiles:\n  a: {url: x, url: y}\n", `f:2:15: profile "a" has "url" twice`, "keep one"},
		{"two profiles of one name", "profiles:\n  a: {}\n  a: {}\n", `f:3:3: profiles has "a" twice`, "keep one"},
		{"list for a text", "profiles:\n  a: {url: [x]}\n", "f:2:12: url must be a string", ""},
		{"text for a list", "profiles:\n  a: {skip: tags}\n", "f:2:13: skip must be a list", "skip: [one, another]"},
		{"two tokens", "profiles:\n  a: {token: x, token_env: T}\n", `profile "a" has token and token_env`, "keep one"},
		{"unknown kind", "profiles:\n  a: {skip: [tag]}\n", `has skip with the unknown kind "tag"`, "did you mean tags?"},
		{"alias", "profiles:\n  a: &x {}\n  b: *x\n", "aliases are not allowed", "write the value out"},
		{"not a mapping", "[]\n", "the file must be a mapping", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decode("f", []byte(tt.file))
			text, hint := explain(err)
			if !strings.Contains(text, tt.text) || !strings.Contains(hint, tt.hint) {
				t.Errorf("error %q, hint %q; want %q, %q", text, hint, tt.text, tt.hint)
			}
		})
	}
}

func TestFilesOnTopOfEachOther(t *testing.T) {
	p := home(t, "profiles: {a: {region: dal}, b: {region: dal}}")
	write(t, filepath.Join(p.Dir, ProjectFile), "profiles: {b: {region: fra}, c: {}}", 0o644)
	profiles, err := p.Load()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a", "b", "c"}, profiles.Names()); d != "" {
		t.Error(d)
	}
	if got := profiles["b"]; got.Region != "fra" || !got.Project {
		t.Errorf("the project's profile must win, got %+v", got)
	}
	if profiles["a"].Project {
		t.Error("the user's profile must not count as the project's")
	}

	p.File = "other.yaml"
	if _, err := p.Load(); err == nil {
		t.Error("a file that was named and is not there must be an error")
	}
	write(t, filepath.Join(p.Dir, "other.yaml"), "profiles: {d: {}}", 0o644)
	if profiles, err = p.Load(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"d"}, profiles.Names()); d != "" {
		t.Errorf("a named file stands alone: %s", d)
	}
}

func TestReadableByOthers(t *testing.T) {
	p := home(t, "")
	project := filepath.Join(p.Dir, ProjectFile)

	write(t, project, "profiles: {a: {token: hush}}", 0o640)
	_, err := p.Resolve(Flags{})
	if text, hint := explain(err); !strings.Contains(text, "mode 0640") || hint != "run: chmod 600 "+project {
		t.Errorf("a token in a readable file: %q, %q", text, hint)
	}
	write(t, project, "profiles: {a: {token: hush}}", 0o600)
	if _, err := p.Resolve(Flags{}); err != nil {
		t.Errorf("a token in a private file: %v", err)
	}

	write(t, project, "profiles: {a: {token_file: t}}", 0o644)
	write(t, filepath.Join(p.Dir, "t"), "hush", 0o644)
	_, err = p.Resolve(Flags{})
	if _, hint := explain(err); hint != "run: chmod 600 "+filepath.Join(p.Dir, "t") {
		t.Errorf("a readable token file: %v, %q", err, hint)
	}
	write(t, filepath.Join(p.Dir, "t"), "hush", 0o640)
	if _, err := p.Resolve(Flags{}); err != nil {
		t.Errorf("a token file for a group: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	p := Places{Dir: "/w", Environ: []string{"HOME=/h", "XDG_STATE_HOME=/s"}}
	for _, tt := range []struct{ why, want, got string }{
		{"set", "/s/lcsync", p.StateDir()},
		{"default", "/h/.config/lcsync/config.yaml", p.userFile()},
		{"relative variables are ignored, says the specification", "/h/.local/state/lcsync",
			Places{Environ: []string{"HOME=/h", "XDG_STATE_HOME=s"}}.StateDir()},
		{"no home", "", Places{}.StateDir()},
		{"relative to the working directory", "/w/f", p.Abs("f")},
		{"home", "/h/f", p.Abs("~/f")},
		{"absolute", "/f", p.Abs("/f")},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, tt.got, tt.want)
		}
	}
}
