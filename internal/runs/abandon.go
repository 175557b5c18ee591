package runs

import (
	"errors"
	"time"

	"lcsync/internal/journal"
)

// Abandon gives up a run, by its id or the beginning of it, if the user agrees.
// What the run has done stays, and its rest is not carried out. Abandon returns the
// whole id.
func Abandon(store *journal.Store, id string, at time.Time, ask func(question string) (bool, error)) (string, error) {
	h, err := open(store, id, "lcsync runs abandon ")
	if err != nil {
		return "", err
	}
	whose := ""
	if h.Owner != "" {
		whose = " of " + h.Owner
	}
	switch ok, err := ask("Abandon run " + h.ID + whose + "? Its changes stay, and lcsync does not carry out the rest."); {
	case err != nil:
		return "", err
	case !ok:
		return "", invalid("", "declined: the run is not abandoned")
	}
	err = store.Abandon(h.ID, at)
	if held := (*journal.Held)(nil); errors.As(err, &held) {
		return "", &Error{Text: err.Error(), Hint: "wait until that run ends", Err: err}
	}
	return h.ID, err
}

// open returns a run that did not finish. command is what would work on it.
func open(store *journal.Store, id, command string) (journal.Head, error) {
	h, err := store.Find(id)
	switch {
	case err != nil:
		return h, invalid("lcsync runs lists the runs", "%s", err)
	case h.Finished != "":
		return h, invalid("lcsync runs lists the unfinished ones", "run %s has finished", h.ID)
	case h.Next != "":
		return h, invalid(command+h.Next, "run %s was continued by run %s", h.ID, h.Next)
	}
	return h, nil
}
