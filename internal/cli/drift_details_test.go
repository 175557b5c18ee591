package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lcsync/internal/sandbox"
)

// TestDriftDetails: the first check of a day reads what costs a call a bot, the
// others cost the lists only. A bot whose entry in the list changes is read again.
func TestDriftDetails(t *testing.T) {
	w := newWorld(t, sandbox.Options{Shuffle: true, UnknownFields: true}, "--client-id", appOne, "--propagation", "0s")
	for i := range 50 {
		w.make(fmt.Sprintf("bot%02d", i), "create_bot", fmt.Sprintf(`{"name":"Bot %02d","default_group_priority":"first","max_chats_count":8,%s}`, i, clients))
	}
	flags := w.global
	w.global = nil
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	w.global = flags
	check := func(code, calls int, more ...string) string {
		t.Helper()
		w.license.ResetCalls()
		got, stdout, stderr := w.lcsync(append([]string{"drift", "acme.yaml"}, more...)...)
		details := 0
		for _, c := range w.license.Calls() {
			if c.Method == "get_bot" {
				details++
			}
		}
		if got != code || details != calls {
			t.Fatalf("exit code %d, want %d; %d calls of get_bot, want %d:\n%s%s", got, code, details, calls, stdout, stderr)
		}
		return stdout
	}
	check(0, 50)
	_ = w.clock.Sleep(t.Context(), time.Hour)
	if stdout := check(0, 0); !strings.Contains(stdout, "details of 50 objects were reused, read up to 1h0m0s ago; ") {
		t.Errorf("it does not say what it reused:\n%s", stdout)
	}
	if stdout := check(0, 0, "--json"); !strings.Contains(stdout, "\"reused\": {\n    \"count\": 50,\n    \"oldest\": \"2026-03-02T09:00:00Z\"") {
		t.Errorf("JSON does not say what it reused:\n%s", stdout)
	}
	// Other credentials, such as a token that lives for an hour, change nothing.
	w.env = []string{"LCSYNC_ACCOUNT_ID=someone"}
	check(0, 0)
	w.env = nil
	// What a list does not show is found when it is read again,
	w.raw("update_bot", `{"id":{{bot07}},"default_group_priority":"last"}`)
	check(0, 0)
	if stdout := check(2, 50, "--details-age", "0s"); !strings.Contains(stdout, "bot Bot 07: default_group_priority was first, is now last") {
		t.Errorf("it was not found:\n%s", stdout)
	}
	check(2, 0)
	// or when the bot's entry changes,
	w.raw("update_bot", `{"id":{{bot08}},"default_group_priority":"last","max_chats_count":9}`)
	if stdout := check(2, 1); !strings.Contains(stdout, "bot Bot 08: default_group_priority was first, is now last") {
		t.Errorf("it was not found:\n%s", stdout)
	}
	// or a day later. A bot that is gone is forgotten.
	w.raw("delete_bot", `{"id":{{bot09}}}`)
	_ = w.clock.Sleep(t.Context(), 20*time.Hour)
	check(2, 49)
	// What is accepted was read.
	check(0, 49, "--accept")
}
