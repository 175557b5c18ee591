package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// bigClone is a large license that is cloned into an empty one.
type bigClone struct {
	source  *world
	secrets string
}

func newBigClone(t *testing.T) *bigClone {
	source := newWorld(t, sandbox.Options{Seed: 1}).asPerson()
	if err := source.license.Load(bigLicense()); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := source.lcsync("export", "-o", "before.yaml"); code != 0 {
		t.Fatalf("export: exit code %d: %s%s", code, stdout, stderr)
	}
	return &bigClone{source, source.secrets()}
}

// into clones the license into an empty one, in a bubble with a fake clock. The
// elapsed fake time is the time that the clone would take. It returns the
// number of calls and how many of them were refused.
func (b *bigClone) into(t *testing.T, o sandbox.Options, flags ...string) (took time.Duration, calls, refused int) {
	synctest.Test(t, func(t *testing.T) {
		o.Seed, o.TokenClientID = 2, appOne
		license, err := sandbox.New(o)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		start := time.Now()
		code := Run(t.Context(), &session.Env{
			Args:  append([]string{"lcsync", "apply", "before.yaml", "--yes", "--match", "name", "--create-agents", "--secrets", b.secrets}, flags...),
			Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Dir: b.source.dir,
			Environ: append([]string{"HOME=" + t.TempDir(), "LCSYNC_URL=https://big.example", "LCSYNC_TOKEN=dal:sandbox"}, b.source.env...),
			Clock:   wire.System{}, Transport: wiretest.Serve(license),
		})
		took = time.Since(start)
		if code != 0 {
			t.Fatalf("apply: exit code %d: %s", code, tail(out.String()))
		}
		calls = len(license.Calls())
		for _, c := range license.Calls() {
			if c.Status == http.StatusTooManyRequests {
				refused++
			}
		}
	})
	return took, calls, refused
}

// TestBigLicenseUnderALimit: the license allows five requests a second. lcsync
// gets this rate with --rate, or finds it out.
func TestBigLicenseUnderALimit(t *testing.T) {
	b := newBigClone(t)
	const limit = 5
	for _, flags := range [][]string{nil, {"--rate", fmt.Sprint(limit)}} {
		took, calls, refused := b.into(t, sandbox.Options{Rate: limit, Latency: 30 * time.Millisecond}, flags...)
		least := time.Duration(calls-refused-limit) * time.Second / limit
		t.Logf("%v: %d calls in %v, %.3f times the least; %d refused", flags, calls, took, took.Seconds()/least.Seconds(), refused)
		if refused > calls/25 || took > least*115/100 {
			t.Errorf("%v: %d of %d calls were refused; took %v, at least %v are needed", flags, refused, calls, took, least)
		}
	}
}

// TestBigLicenseAtALatency: without a limit, the number of concurrent calls
// decides how long apply takes.
func TestBigLicenseAtALatency(t *testing.T) {
	const latency, concurrency = 50 * time.Millisecond, 8
	took, calls, _ := newBigClone(t).into(t, sandbox.Options{Latency: latency})
	least := time.Duration(calls) * latency / concurrency
	t.Logf("%d calls in %v, %.3f times the least", calls, took, took.Seconds()/least.Seconds())
	if took > least*115/100 {
		t.Errorf("%d calls took %v, at least %v are needed", calls, took, least)
	}
}
