package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lcsync/internal/snapshot"
	"lcsync/internal/wire"
)

// stdio is the name of standard input and output among names of files.
const stdio = "-"

// readInput reads a file that the user named, or standard input. A pipe may never
// end: the interruption of the run ends the wait.
func (p places) readInput(path string) ([]byte, error) {
	return interruptible(p.ctx, func() ([]byte, error) {
		data, err := []byte(nil), error(nil)
		if path == stdio {
			data, err = io.ReadAll(p.stdin)
		} else {
			data, err = os.ReadFile(p.abs(path))
		}
		if err != nil {
			return nil, inputf("", "cannot read %s: %s", fileName(path, "input"), cause(err))
		}
		return data, nil
	})
}

// interruptible does something that knows no context, and leaves it to itself
// if the run is interrupted: it ends with the process then.
func interruptible[T any](ctx context.Context, do func() (T, error)) (T, error) {
	var (
		out      T
		err      error
		panicked *wire.Panic
	)
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		panicked = wire.Guard(func() { out, err = do() })
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case <-done:
		if panicked != nil {
			panic(panicked)
		}
		return out, err
	}
}

// target looks at a file that is to be written, before anything is done to fill
// it: its folder is there and takes files, and it is no folder itself. It returns
// nil if there is no such file yet, or if it is standard output.
func (p places) target(file string) (fs.FileInfo, error) {
	if file == "" || file == stdio {
		return nil, nil
	}
	path := p.abs(file)
	if dir, err := os.Stat(filepath.Dir(path)); err != nil || !dir.IsDir() {
		return nil, inputf("", "the directory of %s does not exist", file)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, inputf("name a file in it", "%s is a directory", file)
	case err == nil && !info.Mode().IsRegular():
		return info, nil // a device or a pipe is written to as it is
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, unwritable(file, err)
	}
	f, failed := os.CreateTemp(filepath.Dir(path), ".lcsync-*")
	if failed == nil {
		failed = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if failed != nil {
		return nil, unwritable(file, failed)
	}
	if err != nil {
		info = nil
	}
	return info, nil
}

// write is how every file is written that the user named: readers, and whoever
// looks after a crash, find the old file or the new one (snapshot.WriteFile). With
// --json there is nothing but the document on standard output.
func (p places) write(file string, data []byte) error {
	if file == stdio {
		if !p.stdout.JSON {
			_, _ = p.stdout.out.Write(data) // a failed write is kept by the stream
		}
		return nil
	}
	if err := snapshot.WriteFile(p.abs(file), data, p.step); err != nil {
		return unwritable(file, err)
	}
	return nil
}

// unwritable is the error of a file that cannot be written. It names no other
// file, such as a temporary one.
func unwritable(file string, err error) error {
	return inputf("choose another place", "cannot write %s: %s", file, cause(err))
}

// cause is what the system said of a file, without the names of files.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// sameFile tells whether two names are of one file that there is.
func (p places) sameFile(a, b string) bool {
	one, err := os.Stat(p.abs(a))
	other, err2 := os.Stat(p.abs(b))
	return a != "" && err == nil && err2 == nil && os.SameFile(one, other)
}
