package notify

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSend(t *testing.T) {
	var got []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.URL.Path+" "+string(body))
		w.WriteHeader(status)
	}))
	defer server.Close()
	d, err := Parse(server.URL + "/hook/s3cr3tpath")
	if err != nil {
		t.Fatal(err)
	}
	if d.Credentials || !strings.HasPrefix(server.URL, "http://"+d.Name) {
		t.Errorf("got %+v", d)
	}
	if err := d.Send("two\nlines"); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0] != "/hook/s3cr3tpath two\nlines" {
		t.Errorf("the receiver got %q", got)
	}
	status = http.StatusInternalServerError
	err = d.Send("again")
	if err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.HasPrefix(err.Error(), "tell "+d.Name+": ") {
		t.Errorf("a refusal: %v", err)
	}
	server.Close()
	if err := d.Send("again"); err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestParse(t *testing.T) {
	for raw, want := range map[string]struct {
		name        string
		credentials bool
	}{
		"https://hooks.example.com/a":                              {"hooks.example.com", false},
		"generic+https://hooks.example.com/a":                      {"hooks.example.com", false},
		"https://me:hush@hooks.example.com/a":                      {"hooks.example.com", true},
		"https://hooks.example.com/a?token=hush":                   {"hooks.example.com", true},
		"discord://hushhush@123456789012345678":                    {"discord", true},
		"smtp://me:hush@mail.example.com:587/?to=a@b.c&from=d@e.f": {"smtp", true},
	} {
		d, err := Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if d.Name != want.name || d.Credentials != want.credentials || d.ID == "" {
			t.Errorf("%s: got %+v", raw, d)
		}
	}
	for _, raw := range []string{"", "hooks.example.com", "nowhere://hushhush@x", "discord://hushhush", "://"} {
		if _, err := Parse(raw); err == nil || strings.Contains(err.Error(), "hushhush") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}
