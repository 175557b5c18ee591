package session

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
)

// Progress starts a progress bar on stderr. It returns a function that reports
// progress (done of total steps, and the stage after all are done; safe for
// concurrent use) and one that removes the bar. If stderr is not a terminal,
// both do nothing.
func (t *Console) Progress(title string) (report func(done, total int, what string), finish func()) {
	if !t.Watched.Err || t.Quiet || t.JSON || t.LinesAreJSON() {
		return func(int, int, string) {}, func() {}
	}
	var mu sync.Mutex
	var frame bytes.Buffer // what the bar drew and nobody saw yet
	flush := func() {
		t.Err.Write(frame.Bytes())
		frame.Reset()
	}
	bar := progressbar.NewOptions(1,
		progressbar.OptionSetWriter(&frame),
		progressbar.OptionSetDescription(title),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionEnableColorCodes(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
	)
	var full bool
	var stage string
	report = func(done, total int, what string) {
		mu.Lock()
		defer mu.Unlock()
		if total < 1 {
			return
		}
		if full && done == total {
			wipe(t.Err, stage)
			_ = bar.Clear()
			flush()
			stage = what
			fmt.Fprint(t.Err, stage+" …")
			return
		}
		full = done == total
		bar.ChangeMax(total)
		frame.Reset() // Set draws the bar again
		// A full bar removes itself and would not come back.
		_ = bar.Set(min(done, total-1))
		flush()
	}
	finish = func() {
		mu.Lock()
		defer mu.Unlock()
		wipe(t.Err, stage)
		_ = bar.Clear()
		_ = bar.Exit()
		flush()
	}
	return report, finish
}

// wipe clears the line of a stage.
func wipe(w io.Writer, stage string) {
	if stage != "" {
		fmt.Fprintf(w, "\r%s\r", strings.Repeat(" ", utf8.RuneCountInString(stage)+2))
	}
}
