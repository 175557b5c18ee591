package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	p, err := s.find(id)
	if err != nil {
		return err
	}
	return p.wrap("give up ", s.abandon(p, at))
}

func (s *Store) abandon(p place, at time.Time) (err error) {
	if _, err := os.Lstat(p.file(logFile)); errors.Is(err, fs.ErrNotExist) {
		if err := errors.Join(s.writeFile(p.file(logFile), "begin:journal", nil), s.syncDir(p.dir, "begin:sync")); err != nil {
			return err
		}
	}
	to, err := s.appendTo(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	switch h := headOf(p); h.Finished {
	case "":
	case Abandoned:
		return nil
	default:
		return fmt.Errorf("it has finished: %s", h.Finished)
	}
	line, err := encode(Entry{Finish: &Finish{Status: Abandoned, Time: at.UTC()}})
	if err != nil {
		return err
	}
	data, err := io.ReadAll(to.file)
	if err != nil {
		return err
	}
	if len(data) > 0 && !bytes.HasSuffix(data, []byte("\n")) {
		line = append([]byte("\n"), line...) // what is torn stays
	}
	s.before("finish")
	return to.append(line)
}
