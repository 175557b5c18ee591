package migrate

import (
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// answered notes that an answer was about something in the documents.
func (d *draft) answered(flag, name string) {
	d.fits[flag+" "+name] = true
}

// checkAnswers asks about answers that fit nothing in the documents: a slip in
// a name would pass for a decision otherwise.
func (d *draft) checkAnswers() {
	for _, bot := range d.rows["bots"] {
		d.answered("--timezone", text(bot, "id"))
		d.answered("--timezone", text(bot, "name"))
	}
	for _, a := range []struct {
		flag, but string
		names     []string
	}{
		{"--as", "no document of that name leaves open what it is", given(d.opts.As)},
		{"--leave-out", "no webhook and no property in the documents is called that", d.opts.LeaveOut},
		{"--timezone", "no bot in the documents is called that", given(d.opts.Timezones)},
		{"client_ids", "no file and nothing of an application in the documents is called that", given(d.opts.ClientIDs)},
	} {
		for _, name := range a.names {
			if !d.fits[a.flag+" "+name] {
				d.ask(Decision{About: "answer", Object: name,
					Question: "it is named by " + a.flag + ", and " + a.but, Settle: "correct the name, or leave the answer out"})
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

// ownerNames are what an object goes by in client_ids: its id, its name, what
// questions call it, and its file.
func ownerNames(kind, file string, row *resource.Object) []string {
	return []string{text(row, "id"), text(row, "name"), call(kind, row), file}
}
