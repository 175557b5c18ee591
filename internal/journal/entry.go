package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Entry is a line of the journal; one of the four is set.
type Entry struct {
	Intent   *Intent   `json:"intent,omitempty"`
	Outcome  *Outcome  `json:"outcome,omitempty"`
	Verdicts *Verdicts `json:"verdicts,omitempty"`
	Finish   *Finish   `json:"finish,omitempty"`
}

// Intent is a call that is about to be sent. If the call is sent again, another
// intent has the same number, possibly for a part of its changes.
type Intent struct {
	Call int64     `json:"call"` // unique in the run, over all its processes
	Time time.Time `json:"time"`
	// Method is the method of one item; a batch goes by its batch form.
	Method string `json:"method"`
	// Changes are the ids of the plan's changes that the call is a step of, Args a
	// list of what is sent for each of them, with secrets as references.
	Changes []string        `json:"changes,omitempty"`
	Args    json.RawMessage `json:"args,omitempty"`
	// Step says what the call does to the objects of its changes.
	Step string `json:"note,omitempty"`
}

// Outcome is what is known about a call. A call may have several outcomes, for
// example first an unknown one and later what was found.
type Outcome struct {
	Call    int64     `json:"call"`
	Time    time.Time `json:"time"`
	Results []Result  `json:"results,omitempty"` // one a change
}

// Result is what became of one change.
type Result struct {
	Change   string `json:"change"`
	Status   string `json:"status"`
	ServerID string `json:"server_id,omitempty"`
	Error    string `json:"error,omitempty"`
	Note     string `json:"note,omitempty"`
}

// Verdicts are the results of all changes of the plan as a process reports them at
// its end. They may differ from the results of calls, because another change may
// have done the work.
type Verdicts struct {
	Time    time.Time `json:"time"`
	Results []Result  `json:"results"`
}

// Finish is the end of a run, or of one of several.
type Finish struct {
	Status string    `json:"status"`
	Time   time.Time `json:"time"`
}

// encode returns a value as one line of JSON, with its end.
func encode(v any) ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return line.Bytes(), err
}

// parse reads the lines of a journal. It returns the lines that it can read even
// with an error, which is about the first line that it cannot read. whole is the
// length of the complete lines; what follows them is torn, even if it could be
// read.
func parse(data []byte) (entries []Entry, whole int, damage error) {
	whole = bytes.LastIndexByte(data, '\n') + 1
	intended := map[int64]bool{}
	n := 0
	for line := range bytes.Lines(data[:whole]) {
		n++
		e, err := parseLine(line)
		switch {
		case err != nil:
		case e.Intent != nil:
			intended[e.Intent.Call] = true
		case e.Outcome != nil && !intended[e.Outcome.Call]:
			err = fmt.Errorf("call %d has an outcome without an intent before it", e.Outcome.Call)
		}
		if err == nil {
			entries = append(entries, e)
		} else if damage == nil {
			damage = fmt.Errorf("%s: line %d: %w", logFile, n, err)
		}
	}
	return entries, whole, damage
}

// endOf returns the finish at the end of a journal, none if calls were made after
// it. It searches backwards for the last line that decides this. It finds none if
// data is only the end of a journal and its first line may be incomplete.
func endOf(data []byte, all bool) (end Finish, known bool, err error) {
	data = data[:bytes.LastIndexByte(data, '\n')+1] // what follows is torn
	for len(data) > 0 {
		start := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
		if start == 0 && !all {
			break
		}
		e, err := parseLine(data[start:])
		switch {
		case err != nil:
			return Finish{}, false, fmt.Errorf("%s: the last lines: %w", logFile, err)
		case e.Finish != nil:
			return *e.Finish, true, nil
		case e.Intent != nil:
			return Finish{}, true, nil
		}
		data = data[:start]
	}
	return Finish{}, all, nil
}

func parseLine(line []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return e, err
	}
	cases := 0
	for _, set := range []bool{e.Intent != nil, e.Outcome != nil, e.Verdicts != nil, e.Finish != nil} {
		if set {
			cases++
		}
	}
	switch {
	case cases != 1:
		return e, errors.New("the entry is not an intent, an outcome or a finish")
	case e.Finish != nil && e.Finish.Status == "":
		return e, errors.New("the finish has no status")
	}
	return e, nil
}
