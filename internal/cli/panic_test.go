package cli

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"lcsync/internal/cli/session"
)

type exploding struct{}

func (exploding) RoundTrip(*http.Request) (*http.Response, error) { panic("dal:secret-token exploded") }

// A panic of a goroutine must not end the process with the exit code of the Go
// runtime, which is the one for differences.
func TestPanicBelow(t *testing.T) {
	var out, errs bytes.Buffer
	code := Run(context.Background(), &session.Env{
		Args: []string{"lcsync", "export"}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Environ: []string{"HOME=" + t.TempDir(), "LCSYNC_URL=http://127.0.0.1:1", "LCSYNC_TOKEN=dal:secret-token"},
		Dir:     t.TempDir(), Clock: newClock(), Transport: exploding{},
	})
	if code != int(session.Panicked) || out.Len() > 0 {
		t.Errorf("exit code %d, stdout %q", code, out.String())
	}
	for _, no := range []string{"goroutine", "dal:secret-token"} {
		if strings.Contains(errs.String(), no) {
			t.Errorf("stderr shows %q: %s", no, errs.String())
		}
	}
}
