// Package files reads and writes the files that a user names. An interrupt ends
// a read. Output files can be checked before the work starts. Errors name only
// the file that the user named, as the user wrote it.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"lcsync/internal/snapshot"
	"lcsync/internal/wire"
)

// Error says that a file cannot be used, with a hint.
type Error struct {
	Text, Hint string
	Machine    bool  // the machine failed: nothing that the user named is wrong
	Err        error // the cause, if any
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// File is a file by its path and by the name that the user gave it.
type File struct{ Path, Name string }

// Read reads the file. If the file is a pipe that does not end, ctx ends the
// read.
func (f File) Read(ctx context.Context) ([]byte, error) {
	data, err := Interruptible(ctx, func() ([]byte, error) { return os.ReadFile(f.Path) })
	return data, f.unreadable(ctx, err)
}

// ReadFrom is Read for a stream.
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

// Interruptible calls a function that does not take a context. If ctx ends
// first, Interruptible returns, and the function runs until the process ends.
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

// Target checks that the file can be written: its directory exists and is
// writable, and the file is not a directory. It returns nil if the file does
// not exist yet.
func (f File) Target() (fs.FileInfo, error) {
	path, err := snapshot.Follow(f.Path)
	if err != nil {
		return nil, f.refused(err)
	}
	if dir, err := os.Stat(filepath.Dir(f.Path)); err != nil || !dir.IsDir() {
		return nil, &Error{Text: "the directory of " + f.Name + " does not exist"}
	}
	if dir, err := os.Stat(filepath.Dir(path)); err != nil || !dir.IsDir() {
		return nil, &Error{Text: f.Name + " is a link into a directory that does not exist", Hint: "check that the disk is mounted"}
	}
	info, err := os.Stat(f.Path)
	switch {
	case err == nil && info.IsDir():
		return nil, &Error{Text: f.Name + " is a directory", Hint: "name a file in it"}
	case err == nil && !info.Mode().IsRegular():
		return info, nil // write to a device or a pipe directly
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, f.refused(err)
	}
	try, failed := os.CreateTemp(filepath.Dir(path), ".lcsync-*")
	if failed == nil {
		failed = errors.Join(try.Close(), os.Remove(try.Name()))
	}
	if failed != nil {
		return nil, f.refused(failed)
	}
	if err != nil {
		return nil, nil
	}
	return info, nil
}

// Existing returns what a file holds that is to be replaced: nothing if it does not
// exist, or is a device or a pipe, which may have no end.
func (f File) Existing() ([]byte, error) {
	info, err := os.Stat(f.Path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil, nil
	}
	return os.ReadFile(f.Path)
}

// Write replaces the file. Readers find either the old or the new file, also
// after a crash (see snapshot.WriteFile, which calls step).
func (f File) Write(data []byte, step func(string)) error {
	if err := snapshot.WriteFile(f.Path, data, step); err != nil {
		return f.unwritten(err, true)
	}
	return nil
}

// refused is the error of a file that cannot be written, before there is anything
// to write. A full or broken disk is no fault of the name, either.
func (f File) refused(err error) error {
	return f.unwritten(err, Broken(err))
}

// Broken tells whether an error comes from a full or broken disk.
func Broken(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EIO)
}

func (f File) unwritten(err error, machine bool) error {
	return &Error{Text: fmt.Sprintf("cannot write %s: %s", f.Name, Cause(err)), Hint: "choose another place", Machine: machine, Err: err}
}

// Cause returns the error of the system without the names of files.
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

// Same tells whether two paths mean the same existing file.
func Same(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, other)
}
