package runs

import (
	"errors"
	"time"

	"lcsync/internal/journal"
)

// Abandon gives up a run, by its id or the beginning of it, if the user agrees
// to that: what it has done stays, and nobody goes on with the rest. It returns
// the whole id.
func Abandon(store *journal.Store, id string, at time.Time, ask func(question string) (bool, error)) (string, error) {
	h, err := open(store, id, "lcsync runs abandon ")
	if err != nil {
		return "", err
	}
	whose := ""
	if h.Owner != "" {
		whose = " of " + h.Owner
	}
	switch ok, err := ask("Give up run " + h.ID + whose + "? What it has done stays as it is, and nobody goes on with the rest."); {
	case err != nil:
		return "", err
	case !ok:
		return "", invalid("", "declined: the run is not given up")
	}
	err = store.Abandon(h.ID, at)
	if held := (*journal.Held)(nil); errors.As(err, &held) {
		return "", &Error{Text: err.Error(), Hint: "wait until it is through", Err: err}
	}
	return h.ID, err
}

// open returns a run that did not finish. command is what would work on it.
func open(store *journal.Store, id, command string) (journal.Head, error) {
	h, err := store.Find(id)
	switch {
	case err != nil:
		return h, invalid("lcsync runs lists them", "%s", err)
	case h.Finished != "":
		return h, invalid("lcsync runs lists those that did not", "run %s has finished", h.ID)
	case h.Next != "":
		return h, invalid(command+h.Next, "run %s was gone on with by run %s", h.ID, h.Next)
	}
	return h, nil
}
