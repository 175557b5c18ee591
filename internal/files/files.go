// Package files reads and writes the files that a user names: a read ends when
// the run is interrupted, and what is to be written is looked at before the work
// is done for it. Errors name the file as the user did, and no other.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lcsync/internal/snapshot"
	"lcsync/internal/wire"
)

// Error is a file that cannot be used, and what to do about it.
type Error struct {
	Text, Hint string
	Err        error // the cause below, if any
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }

// File is a file by its path and by the name that the user gave it.
type File struct{ Path, Name string }

// Read reads the file. A pipe may never end: ctx ends the wait.
func (f File) Read(ctx context.Context) ([]byte, error) {
	data, err := Interruptible(ctx, func() ([]byte, error) { return os.ReadFile(f.Path) })
	return data, f.unreadable(ctx, err)
}

// ReadFrom is Read for what comes from a stream.
func (f File) ReadFrom(ctx context.Context, r io.Reader) ([]byte, error) {
	data, err := Interruptible(ctx, func() ([]byte, error) { return io.ReadAll(r) })
	return data, f.unreadable(ctx, err)
}

func (f File) unreadable(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	return &Error{Text: fmt.Sprintf("cannot read %s: %s", f.Name, Cause(err)), Err: err}
}

// Interruptible does something that knows no context, and leaves it to itself if
// the context ends: it ends with the process then.
func Interruptible[T any](ctx context.Context, do func() (T, error)) (T, error) {
	var (
		none, out T
		err       error
		panicked  *wire.Panic
	)
	if ctx.Err() != nil {
		return none, ctx.Err()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		panicked = wire.Guard(func() { out, err = do() })
	}()
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case <-done:
		if panicked != nil {
			panic(panicked)
		}
		return out, err
	}
}

// Target looks at a file that is to be written: its folder is there and takes
// files, and it is no folder itself. It returns nil if there is no such file yet.
func (f File) Target() (fs.FileInfo, error) {
	if dir, err := os.Stat(filepath.Dir(f.Path)); err != nil || !dir.IsDir() {
		return nil, &Error{Text: "the directory of " + f.Name + " does not exist"}
	}
	info, err := os.Stat(f.Path)
	switch {
	case err == nil && info.IsDir():
		return nil, &Error{Text: f.Name + " is a directory", Hint: "name a file in it"}
	case err == nil && !info.Mode().IsRegular():
		return info, nil // a device or a pipe is written to as it is
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, f.unwritable(err)
	}
	try, failed := os.CreateTemp(filepath.Dir(f.Path), ".lcsync-*")
	if failed == nil {
		failed = errors.Join(try.Close(), os.Remove(try.Name()))
	}
	if failed != nil {
		return nil, f.unwritable(failed)
	}
	if err != nil {
		return nil, nil
	}
	return info, nil
}

// Write replaces the file: readers, and whoever looks after a crash, find the old
// one or the new one (snapshot.WriteFile, which calls step).
func (f File) Write(data []byte, step func(string)) error {
	if err := snapshot.WriteFile(f.Path, data, step); err != nil {
		return f.unwritable(err)
	}
	return nil
}

func (f File) unwritable(err error) error {
	return &Error{Text: fmt.Sprintf("cannot write %s: %s", f.Name, Cause(err)), Hint: "choose another place", Err: err}
}

// Cause is what the system said of a file, without names of files.
func Cause(err error) error {
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

// Same tells whether two paths are of one file that there is.
func Same(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, other)
}
