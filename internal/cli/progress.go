package cli

import (
	"sync"

	"github.com/schollz/progressbar/v3"
)

// progress starts a progress bar on stderr and returns how to report to it
// (done of total steps so far; safe for concurrent use) and how to take it
// away. Where nobody watches it does nothing.
func (s *session) progress(title string) (report func(done, total int), finish func()) {
	if !s.env.Terminal.Err || s.Quiet || s.JSON {
		return func(int, int) {}, func() {}
	}
	var mu sync.Mutex
	bar := progressbar.NewOptions(1,
		progressbar.OptionSetWriter(s.err),
		progressbar.OptionSetDescription(title),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionEnableColorCodes(false),
	)
	report = func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if total < 1 {
			return
		}
		bar.ChangeMax(total)
		// A bar that is full takes itself away and would not come back.
		_ = bar.Set(min(done, total-1))
	}
	finish = func() {
		mu.Lock()
		defer mu.Unlock()
		_ = bar.Clear()
		_ = bar.Exit()
	}
	return report, finish
}
