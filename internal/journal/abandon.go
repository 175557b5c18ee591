package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Abandoned is the status of a run that was given up.
const Abandoned = "abandoned"

// Abandon gives a run up, by its id or a prefix of it that no other run has: it
// counts as finished and is not resumed any more. So do runs that cannot be
// read: nothing of them is removed, and Load returns what can be read. It
// returns *Held if a process has the run open, and an error if the run has
// finished otherwise.
func (s *Store) Abandon(id string, at time.Time) error {
	h, err := s.find(id)
	if err != nil {
		return err
	}
	s.before("begin:journal") // which may be what was lost
	to, err := s.open(h, os.O_CREATE)
	if err != nil {
		return err
	}
	err = s.abandon(h, to, at)
	h.about(&err)
	return errors.Join(err, to.close())
}

func (s *Store) abandon(h Head, to *appender, at time.Time) error {
	switch end := h.read().Finished; end {
	case "":
	case Abandoned:
		return nil
	default:
		return fmt.Errorf("it has finished: %s", end)
	}
	if err := s.syncDir(h.Dir, "begin:sync"); err != nil {
		return err
	}
	data, err := io.ReadAll(to.file)
	if err != nil {
		return err
	}
	line, err := encode(Entry{Finish: &Finish{Status: Abandoned, Time: at.UTC()}})
	if err != nil {
		return err
	}
	if len(data) > 0 && !bytes.HasSuffix(data, []byte("\n")) {
		line = append([]byte("\n"), line...) // what is torn stays
	}
	s.before("finish")
	return to.append(line)
}
