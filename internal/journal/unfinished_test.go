package journal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runOf begins a run of a license, which it leaves unfinished.
func runOf(t *testing.T, s *Store, id string, l License) {
	t.Helper()
	m := sampleMeta(id)
	m.License = l
	r, err := s.Begin(m, []byte(`{}`), nil)
	check(t, err)
	check(t, r.Close())
}

// flatten moves a run to where earlier versions had it.
func flatten(t *testing.T, s *Store, id string) {
	t.Helper()
	check(t, os.Rename(s.runDir(id), filepath.Join(s.runsDir(), id)))
}

func spoil(t *testing.T, s *Store, id, file string) {
	t.Helper()
	check(t, os.WriteFile(filepath.Join(s.runDir(id), file), []byte("garbage\n"), 0o600))
}

// wantUnfinished checks which runs are left of a license, and which may be of
// it. Damaged ones have an exclamation mark.
func wantUnfinished(t *testing.T, s *Store, why string, l License, own, maybe string) {
	t.Helper()
	gotOwn, gotMaybe, err := unfinished(s, l)
	check(t, err)
	names := func(heads []Head) string {
		ids := idsOf(heads)
		for i, h := range heads {
			if h.Err != nil {
				ids[i] += "!"
			}
		}
		return strings.Join(ids, " ")
	}
	if names(gotOwn) != own || names(gotMaybe) != maybe {
		t.Errorf("%s: own %q, want %q; perhaps %q, want %q", why, names(gotOwn), own, names(gotMaybe), maybe)
	}
}

var (
	otherLicense = License{Host: "host-1", Owner: "other@example.com", AccountID: "77be"}
	nobody       = License{Host: "host-1", Token: "9c1d"}
)

func TestUnfinished(t *testing.T) {
	s := openStore(t, Options{})
	finished(t, s, "done", start)
	runOf(t, s, "open-1", sampleLicense)
	runOf(t, s, "open-2", sampleLicense)
	runOf(t, s, "other", otherLicense)
	runOf(t, s, "elsewhere", License{Host: "host-2", Owner: sampleLicense.Owner, AccountID: sampleLicense.AccountID})
	wantUnfinished(t, s, "all whole", sampleLicense, "open-2 open-1", "")
	flatten(t, s, "open-1")
	flatten(t, s, "other")
	wantUnfinished(t, s, "in the layout of before", sampleLicense, "open-2 open-1", "")
	wantUnfinished(t, s, "of another license", otherLicense, "other", "")
}

// TestUnfinishedDamaged: what cannot be read is in the way of its own license
// alone, unless nothing tells whose it is.
func TestUnfinishedDamaged(t *testing.T) {
	s := openStore(t, Options{})
	runOf(t, s, "a", sampleLicense)
	runOf(t, s, "b", sampleLicense)
	runOf(t, s, "flat", otherLicense)
	spoil(t, s, "a", logFile)
	wantUnfinished(t, s, "a journal", sampleLicense, "b a!", "")
	wantUnfinished(t, s, "a journal", otherLicense, "flat", "")
	spoil(t, s, "b", metaFile)
	wantUnfinished(t, s, "a meta", sampleLicense, "a! b!", "")
	wantUnfinished(t, s, "a meta", otherLicense, "flat", "")
	wantUnfinished(t, s, "whoever cannot say who they are", nobody, "", "flat a! b!")
	flatten(t, s, "flat")
	spoil(t, s, "flat", logFile)
	wantUnfinished(t, s, "a journal of before", sampleLicense, "a! b!", "")
	spoil(t, s, "flat", metaFile)
	wantUnfinished(t, s, "a meta of before", sampleLicense, "a! b!", "flat!")
	_, maybe, err := unfinished(s, sampleLicense)
	check(t, err)
	if got := maybe[0].Err.Error(); got != "run flat in "+s.runsDir()+": meta.json: not JSON" {
		t.Errorf("it says %s", got)
	}
	for _, id := range []string{"a", "b", "flat"} {
		check(t, s.Abandon(id, start))
	}
	wantUnfinished(t, s, "all given up", sampleLicense, "", "")
}

// TestUnfinishedOfNobody: the owner could not be read, then or now.
func TestUnfinishedOfNobody(t *testing.T) {
	s := openStore(t, Options{})
	ours := sampleLicense
	ours.Token = nobody.Token
	runOf(t, s, "known", ours)
	runOf(t, s, "nobody", nobody)
	runOf(t, s, "other", License{Host: "host-1", Token: "77be"})
	runOf(t, s, "before", License{Host: "host-1", AccountID: "token 77be"})
	runOf(t, s, "elsewhere", License{Host: "host-2", Token: "77be"})
	flatten(t, s, "before")
	wantUnfinished(t, s, "the same credentials", ours, "nobody known", "other before")
	wantUnfinished(t, s, "others", sampleLicense, "known", "other nobody before")
	wantUnfinished(t, s, "nobody, with the same", nobody, "nobody known", "other before")
	wantUnfinished(t, s, "nobody, with others", License{Host: "host-1", AccountID: "token 77be"}, "other before", "nobody known")
}

// TestUnfinishedOfNobodyContinued: whoever goes on with a run may know whose it
// is, and file that elsewhere.
func TestUnfinishedOfNobodyContinued(t *testing.T) {
	s := openStore(t, Options{})
	runOf(t, s, "nobody", nobody)
	wantUnfinished(t, s, "before", otherLicense, "", "nobody")
	m := sampleMeta("known")
	m.Continues = "nobody"
	r, err := s.Begin(m, []byte(`{}`), nil)
	check(t, err)
	check(t, r.Close())
	wantUnfinished(t, s, "afterwards", otherLicense, "", "")
}

// TestUnfinishedOpensNoOther: the directories of other licenses are not looked
// into.
func TestUnfinishedOpensNoOther(t *testing.T) {
	s := openStore(t, Options{})
	for id, l := range map[string]License{"own": sampleLicense, "other": otherLicense, "nobody": nobody} {
		runOf(t, s, id, l)
	}
	all, err := s.walk(&sampleLicense)
	check(t, err)
	got := ""
	for _, p := range all {
		got += p.ID + " "
	}
	if got != "own nobody " {
		t.Errorf("looked into %s", got)
	}
}

// TestUnfinishedContinued: a run that another goes on with is not left.
func TestUnfinishedContinued(t *testing.T) {
	s := openStore(t, Options{})
	runOf(t, s, "a", sampleLicense)
	flatten(t, s, "a")
	m := sampleMeta("b")
	m.Continues = "a"
	r, err := s.Begin(m, []byte(`{}`), nil)
	check(t, err)
	wantUnfinished(t, s, "while it goes on", sampleLicense, "b", "")
	check(t, r.Finish("done", start))
	check(t, r.Close())
	wantUnfinished(t, s, "when it is through", sampleLicense, "", "")
	own, _, err := s.Of(sampleLicense)
	check(t, err)
	if len(own) != 2 || own[1].Next != "b" {
		t.Errorf("the runs are %+v", own)
	}
}

// TestFinishedByItsEnd: whether a run has finished is known without the rest
// of its journal, its plan and its pre-image.
func TestFinishedByItsEnd(t *testing.T) {
	long := outcome(1, strings.Repeat("x", 3*tail))
	line := func(e Entry) string {
		text, err := encode(e)
		check(t, err)
		return string(text)
	}
	in, out := intent(1), outcome(1, "done")
	intent, outcome, finish := line(Entry{Intent: &in}), line(Entry{Outcome: &out}), line(Entry{Finish: &Finish{"done", start}})
	for _, c := range []struct {
		why, log, want string
		damaged        bool
	}{
		{"nothing was done", "", "", false},
		{"the last line", intent + outcome + finish, "done", false},
		{"the rest is not read", "garbage\n" + intent + "more garbage\n" + finish, "done", false},
		{"it goes on", finish + intent, "", false},
		{"it goes on, with an outcome", finish + intent + outcome, "", false},
		{"found out later", intent + finish + outcome, "done", false},
		{"found out at length", intent + finish + line(Entry{Outcome: &long}) + outcome, "done", false},
		{"going on at length", finish + intent + line(Entry{Outcome: &long}) + line(Entry{Outcome: &long}), "", false},
		{"a torn line", intent + finish + outcome[:20], "done", false},
		{"a torn finish", intent + outcome + finish[:len(finish)-1], "", false},
		{"a torn line at length", finish + strings.Repeat("x", 3*tail), "done", false},
		{"garbage at the end", intent + finish + "garbage\n", "", true},
		{"only garbage", "garbage\n", "", true},
	} {
		s := openStore(t, Options{})
		check(t, begin(t, s, "a").Close())
		writeLog(t, s, "a", []byte(c.log))
		for _, name := range []string{planFile, preimageFile} {
			check(t, os.Remove(filepath.Join(s.runDir("a"), name)))
		}
		own, _, err := s.Of(sampleLicense)
		check(t, err)
		if len(own) != 1 || own[0].Finished != c.want || (own[0].Err != nil) != c.damaged {
			t.Errorf("%s: %+v", c.why, own)
		}
		if c.want != "" && !own[0].FinishedAt.Equal(start) {
			t.Errorf("%s: finished at %v", c.why, own[0].FinishedAt)
		}
	}
}

// BenchmarkUnfinished shows what the finished runs of a license cost each
// command.
func BenchmarkUnfinished(b *testing.B) {
	for _, n := range []int{4, 400} {
		s, err := Open(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		plan := []byte(`"` + strings.Repeat("x", 100<<10) + `"`)
		for i := range n {
			m := sampleMeta("")
			m.Started = start.Add(time.Duration(i) * time.Minute)
			r, err := s.Begin(m, plan, plan)
			for call := range int64(50) {
				if err == nil {
					err = r.Intent(intent(call))
				}
				if err == nil {
					err = r.Outcome(outcome(call, "done"))
				}
			}
			if err == nil {
				err = r.Finish("done", m.Started)
			}
			if err == nil {
				err = r.Close()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		b.Run(map[int]string{4: "4 runs", 400: "400 runs"}[n], func(b *testing.B) {
			for b.Loop() {
				if own, _, err := unfinished(s, sampleLicense); err != nil || len(own) > 0 {
					b.Fatal(own, err)
				}
			}
		})
	}
}
