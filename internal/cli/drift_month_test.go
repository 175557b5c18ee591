package cli

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"lcsync/internal/sandbox"
	"lcsync/internal/wire/wiretest"
)

// outages stand in front of a license: methods that are out are answered with a
// status, "*" for all of them.
type outages struct {
	http.Handler
	out map[string]int
}

func (o *outages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{path.Base(r.URL.Path), "*"} {
		if status := o.out[name]; status != 0 {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, map[int]string{403: `{"error":{"type":"authorization","message":"Missing required scopes: some--all:ro"}}`}[status])
			return
		}
	}
	o.Handler.ServeHTTP(w, r)
}

// byHand is something that people do and undo, with a word of what is told.
type byHand struct {
	word     string
	do, undo call
	done     bool // in the license
	told     bool // by drift
	flips    int
	lines    int
}

func habits() []*byHand {
	return []*byHand{
		{word: "agent bob@shop.example: job_title", do: call{"update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`}, undo: call{"update_agent", `{"id":"bob@shop.example","job_title":"Adviser 1"}`}},
		{word: "agent cyn@shop.example: max_chats_count", do: call{"update_agent", `{"id":"cyn@shop.example","max_chats_count":11}`}, undo: call{"update_agent", `{"id":"cyn@shop.example","max_chats_count":5}`}},
		{word: "added by hand: tag spare", do: call{"create_tag", `{"name":"spare","group_ids":[0]}`}, undo: call{"delete_tag", `{"name":"spare"}`}},
		{word: "deleted by hand: tag gone", do: call{"delete_tag", `{"name":"gone"}`}, undo: call{"create_tag", `{"name":"gone","group_ids":[0]}`}},
		{word: "group Customer care: language_code", do: call{"update_group", `{"id":{{care}},"language_code":"pl"}`}, undo: call{"update_group", `{"id":{{care}},"language_code":"fr"}`}},
		{word: "webhooks state " + appOne, do: call{"disable_license_webhooks", `{` + clients + `}`}, undo: call{"enable_license_webhooks", `{` + clients + `}`}},
		{word: "license property " + appOne + "/motto", do: call{"update_license_properties", `{"properties":{"` + appOne + `":{"motto":"Bye"}}}`}, undo: call{"update_license_properties", `{"properties":{"` + appOne + `":{"motto":"Hi"}}}`}},
		{word: "added by hand: license property " + appOne + "/score", do: call{"update_license_properties", `{"properties":{"` + appOne + `":{"score":7}}}`}, undo: call{"delete_license_properties", `{"properties":{"` + appOne + `":["score"]}}`}},
	}
}

// TestDriftMonth checks a license every hour for a month. It lags, shuffles its
// lists, shows nulls and unknown members, and is out every now and then, in part
// or as a whole. Each change by hand is told once, and once more when it is
// undone; nothing else is ever told but what could not be read.
func TestDriftMonth(t *testing.T) {
	hours := 30 * 24
	if raceEnabled || testing.Short() {
		hours = 5 * 24
	}
	w := newWorld(t, sandbox.Options{Shuffle: true, UnknownFields: true, Nulls: true, StaleReads: 25 * time.Second}, "--client-id", appOne, "--client-id", appTwo)
	w.seed()
	w.raw("update_license_properties", `{"properties":{"`+appOne+`":{"motto":"Hi"}}}`)
	w.raw("create_tag", `{"name":"gone","group_ids":[0]}`)
	w.settle()
	front := &outages{w.license, map[string]int{}}
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(11, 7))
	plain, checked := w.server, wiretest.Serve(front)
	methods := []string{"list_agents", "list_groups", "list_tags", "list_bots", "get_bot", "list_webhooks", "list_properties",
		"list_license_properties", "list_groups_properties", "list_auto_accesses", "list_bot_templates", "get_license_webhooks_state"}
	all := habits()
	for hour := range hours {
		h := all[dice.IntN(len(all))]
		if dice.IntN(6) == 0 && h.done == h.told && hour > 0 {
			do := h.do
			if h.done {
				do = h.undo
			}
			w.server = plain
			w.calls([]call{do})
			h.done, h.flips = !h.done, h.flips+1
		}
		clear(front.out)
		switch dice.IntN(12) {
		case 0, 1, 2:
			front.out[methods[dice.IntN(len(methods))]] = []int{500, 403, 503}[dice.IntN(3)]
		case 3:
			front.out["list_agents"], front.out["list_groups"] = 500, 500
		case 4:
			if dice.IntN(4) == 0 {
				front.out["*"] = 503
			}
		}
		w.server = checked
		code, stdout, stderr := w.lcsync("drift", "-q", "--only-new", "acme.yaml")
		failed := front.out["*"] != 0 // then nothing can be read
		if failed != (code == 1 || code == 4) || !failed && stderr != "" {
			t.Fatalf("hour %d: exit code %d with %v out: %s", hour, code, front.out, stderr)
		}
		if err := told(all, stdout); err != nil {
			t.Fatalf("hour %d, %v out: %v:\n%s", hour, front.out, err, stdout)
		}
		_ = w.clock.Sleep(context.Background(), time.Hour)
	}
	clear(front.out)
	code, stdout, _ := w.lcsync("drift", "-q", "--only-new", "acme.yaml")
	if err := told(all, stdout); err != nil || code != 0 && code != 2 {
		t.Fatalf("in the end: exit code %d, %v:\n%s", code, err, stdout)
	}
	flips := 0
	for _, h := range all {
		flips += h.flips
		if h.told != h.done || h.lines != h.flips {
			t.Errorf("%s: done %v, told %v, %d changes, %d lines", h.word, h.done, h.told, h.flips, h.lines)
		}
	}
	if flips < hours/20 {
		t.Errorf("only %d changes by hand", flips)
	}
}

// told takes what a check has told, and returns what is false of it.
func told(all []*byHand, stdout string) error {
lines:
	for line := range strings.Lines(stdout) {
		text, gone := strings.CutPrefix(line, "no longer: ")
		if strings.HasPrefix(line, "not read: ") || strings.Contains(line, " equal\n") || strings.HasPrefix(line, "and ") {
			continue
		}
		for _, h := range all {
			if strings.HasPrefix(text, h.word) {
				if h.told == !gone || h.done == gone {
					return fmt.Errorf("a false line of %s", h.word)
				}
				h.told, h.lines = !gone, h.lines+1
				continue lines
			}
		}
		return fmt.Errorf("a false line: %s", line)
	}
	return nil
}
