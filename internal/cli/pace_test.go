package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lcsync/internal/sandbox"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// TestBigLicenseUnderALimit clones a large license into an empty one that
// allows five requests a second, which lcsync is told or has to find out. The
// clock is the machine's, in a bubble: the time that it takes is what it would
// really take.
func TestBigLicenseUnderALimit(t *testing.T) {
	source := newWorld(t, sandbox.Options{Seed: 1}).asPerson()
	if err := source.license.Load(bigLicense()); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := source.lcsync("export", "-o", "before.yaml"); code != 0 {
		t.Fatalf("export: exit code %d: %s%s", code, stdout, stderr)
	}
	secrets := source.secrets()
	const limit = 5
	for _, told := range []bool{false, true} {
		t.Run(fmt.Sprintf("told %t", told), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				license, err := sandbox.New(sandbox.Options{Seed: 2, TokenClientID: appOne, Rate: limit, Latency: 30 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				args := []string{"lcsync", "apply", "before.yaml", "--yes", "--match", "name", "--create-agents", "--secrets", secrets}
				if told {
					args = append(args, "--rate", fmt.Sprint(limit))
				}
				var out bytes.Buffer
				start := time.Now()
				code := Run(t.Context(), &Env{
					Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Dir: source.dir,
					Environ: append([]string{"HOME=" + source.dir, "LCSYNC_URL=https://big.example", "LCSYNC_TOKEN=dal:sandbox"}, source.env...),
					Clock:   wire.System{}, Transport: wiretest.Serve(license),
				})
				took := time.Since(start)
				if code != 0 {
					t.Fatalf("apply: exit code %d: %s", code, tail(out.String()))
				}
				calls, refused := len(license.Calls()), 0
				for _, c := range license.Calls() {
					if c.Status == http.StatusTooManyRequests {
						refused++
					}
				}
				least := time.Duration(calls-refused-limit) * time.Second / limit
				t.Logf("%d calls in %v, %.3f times the least; %d refused", calls, took, took.Seconds()/least.Seconds(), refused)
				if refused > calls/20 || took > least*115/100 {
					t.Errorf("%d of %d calls were refused; took %v, at least %v are needed", refused, calls, took, least)
				}
			})
		})
	}
}
