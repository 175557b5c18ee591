package migrate

import (
	"fmt"
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// answered notes that an answer was about something in the documents.
func (d *draft) answered(flag, name string) {
	d.fits[flag+" "+name] = true
}

// checkAnswers adds a decision for each answer that matches nothing in the
// documents, because a typo in a name would otherwise be ignored.
func (d *draft) checkAnswers() {
	for _, bot := range d.rows["bots"] {
		for _, name := range botNames(bot) {
			d.answered("--timezone", name)
		}
	}
	for _, a := range []struct {
		flag, but string
		names     []string
	}{
		{"--as", "no document of that name needs it", given(d.opts.As)},
		{"--prefer", "no document and no conflict has that name", d.opts.Prefer},
		{"--leave-out", "no webhook and no property in the documents has that name", d.opts.LeaveOut},
		{"--timezone", "no bot in the documents has that name", given(d.opts.Timezones)},
		{"client_ids", "no file and no object of an application in the documents has that name", given(d.opts.ClientIDs)},
	} {
		for _, name := range a.names {
			if !d.fits[a.flag+" "+name] {
				d.ask(Decision{About: "answer", Object: name,
					Question: "unused answer in " + a.flag + ": " + a.but, HowTo: "correct the name, or remove the answer"})
			}
		}
	}
}

// given returns the names in a table for which there is an answer.
func given(table map[string]string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if table[name] != "" {
			names = append(names, name)
		}
	}
	return names
}

// conflict handles two documents with different values for a field of an object: o
// has one value, and v is the other. Only the user can decide which one is right.
func (d *draft) conflict(kind string, row, o *resource.Object, name, path string, v any) {
	have := o.Get(name)
	one, other := firstOrigin(have), firstOrigin(v)
	a, b := d.trust(one), d.trust(other)
	switch {
	case a < b:
		d.mark(v, Dropped, "differs from "+one.String()+", which --prefer names")
	case b < a:
		d.mark(have, Dropped, "differs from "+other.String()+", which --prefer names")
		d.mark(v, Kept, "")
		o.Set(name, v)
	default:
		p, q := one.String(), other.String()
		ask := Decision{About: "conflict", Key: "prefer", Question: fmt.Sprintf("different values for %s: %s and %s", path, p, q)}
		switch {
		case one.File() != other.File():
			ask.HowTo = fmt.Sprintf("pass --prefer %s or --prefer %s, or correct one of them", one.File(), other.File())
		case p != q:
			ask.HowTo = fmt.Sprintf("pass --prefer %s or --prefer %s, or correct the document", p, q)
		default:
			ask.Key, ask.HowTo = "", "correct the document"
			ask.Question = fmt.Sprintf("different values for %s: %s and %s in %s", path, one.Path(), other.Path(), p)
		}
		d.askAbout(kind, row, v, ask)
	}
}

// trust returns the rank of a place among those that the user prefers.
func (d *draft) trust(o Origin) int {
	for i, name := range d.opts.Prefer {
		if name == o.File() || name == o.String() {
			d.answered("--prefer", name)
			return i
		}
	}
	return len(d.opts.Prefer)
}

// unwanted tells whether the user wants a row left out.
func (d *draft) unwanted(kind string, row *resource.Object) bool {
	found := false
	for _, name := range []string{call(kind, row), resource.Text(scalar(row, "id"))} {
		if name != "" && slices.Contains(d.opts.LeaveOut, name) {
			d.answered("--leave-out", name)
			found = true
		}
	}
	return found
}

// ownerNames returns the names that client_ids accepts for an object: its id, its
// name, its name in decisions, and its file.
func ownerNames(kind, file string, row *resource.Object) []string {
	return []string{text(row, "id"), text(row, "name"), call(kind, row), file}
}

// botNames returns the names that timezones accepts for a bot.
func botNames(bot *resource.Object) []string { return []string{text(bot, "id"), text(bot, "name")} }

// answerFor returns the answer that a table has for the first of some names, and the
// answer for all objects if it has none.
func answerFor(table map[string]string, names []string, all string) string {
	for _, name := range names {
		if answer := table[name]; answer != "" {
			return answer
		}
	}
	return all
}
