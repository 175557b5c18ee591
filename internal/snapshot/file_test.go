package snapshot

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	link := filepath.Join(dir, "link.yaml")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{path, link, filepath.Join(dir, "new.yaml")} {
		if err := WriteFile(to, []byte("text of "+to), nil); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(to)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("text of "+to, string(got)); diff != "" {
			t.Error(diff)
		}
		info, err := os.Stat(to)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", to, info.Mode())
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("something was left behind: %v %v", entries, err)
	}
	if err := WriteFile(filepath.Join(dir, "none", "a.yaml"), nil, nil); err == nil {
		t.Error("a directory that does not exist is no error")
	}
	if err := WriteFile(dir, nil, nil); err == nil {
		t.Error("a directory was replaced by a file")
	}
}

// TestWriteFileThroughALinkToNothing: a link to a file that is not there stays a link.
// If the directory is not there, as that of a disk that is not mounted, nothing is
// written.
func TestWriteFileThroughALinkToNothing(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"there", "links"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link := func(name, to string) string {
		path := filepath.Join(dir, "links", name)
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ok := link("ok.yaml", "../there/a.yaml")
	again := link("again.yaml", "ok2.yaml")
	link("ok2.yaml", filepath.Join(dir, "there", "b.yaml"))
	for path, to := range map[string]string{ok: "a.yaml", again: "b.yaml"} {
		if err := WriteFile(path, []byte("text"), nil); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "there", to)); err != nil || string(got) != "text" {
			t.Errorf("%s: %q %v", path, got, err)
		}
	}
	unmounted := link("unmounted.yaml", "../none/a.yaml")
	circle := link("circle.yaml", "circle.yaml")
	for _, path := range []string{unmounted, circle} {
		if err := WriteFile(path, []byte("text"), nil); err == nil {
			t.Errorf("%s was written", path)
		}
	}
	for _, path := range []string{ok, again, unmounted, circle} {
		if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link was replaced: %v %v", info, err)
		}
	}
}

func TestLacks(t *testing.T) {
	full := func() *resource.License {
		l := &resource.License{ClientIDs: []string{"a", "b"}}
		l.SetRows("agents", nil)
		l.Append("bots", resource.Of("id", "b0t", "name", "Helper"))
		l.Append("webhooks", resource.Of("id", "1", "owner_client_id", "a"), resource.Of("id", "2", "owner_client_id", "b"))
		return l
	}
	without := func(kind string, gaps ...resource.Gap) *resource.License {
		l := full()
		l.Remove(kind)
		l.Gaps = gaps
		return l
	}
	of := func(client string) *resource.License {
		l := full()
		l.ClientIDs = []string{client}
		return l
	}
	ofA := resource.Gap{Kind: "webhooks", ClientID: "a"}
	for _, tt := range []struct {
		name     string
		old, new *resource.License
		want     []string
	}{
		{"the same", full(), full(), nil},
		{"a kind less", full(), without("agents", resource.Gap{Kind: "agents"}), []string{"agents"}},
		{"a kind less by choice", full(), without("agents"), []string{"agents"}},
		{"a kind more", without("agents"), full(), nil},
		{"a client's part less", full(), without("tags", ofA), []string{"webhooks of a"}},
		{"lacked before", without("tags", ofA), without("tags", ofA), nil},
		{"another client's part", without("tags", ofA), without("tags", resource.Gap{Kind: "webhooks", ClientID: "b"}), []string{"webhooks of b"}},
		{"a client id that was not covered", of("a"), without("tags", resource.Gap{Kind: "properties", ClientID: "z"}), nil},
		{"a client id less", full(), of("a"), []string{"webhooks of b"}},
		{"one object", full(), without("tags", resource.Gap{Kind: "bots", ID: "b0t"}), []string{"bots b0t"}},
		{"an object that is new", full(), without("tags", resource.Gap{Kind: "bots", ID: "n3w"}), nil},
		{"read in part", full(), without("tags", resource.Gap{Kind: "bots", Partial: true}), []string{"part of bots"}},
		{"client ids that nobody named", full(), without("tags", resource.Gap{Kind: "webhooks", Partial: true}), nil},
		{"something the old one never had", full(), without("tags", resource.Gap{Kind: "tags"}), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Lacks(tt.old, tt.new)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
