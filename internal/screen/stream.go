package screen

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// Stream is a standard stream. If the reader goes away (`| head`), that is not a
// failure: later output is dropped. Any other failure is kept, so that a full disk
// is reported. Stream is safe for concurrent use.
type Stream struct {
	mu     sync.Mutex
	w      io.Writer
	gone   bool
	failed error
}

// NewStream returns a stream that writes to w.
func NewStream(w io.Writer) *Stream { return &Stream{w: w} }

// Write writes, unless the reader went away.
func (o *Stream) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone {
		return len(p), nil
	}
	n, err := o.w.Write(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		o.gone = true
		return len(p), nil
	case o.failed == nil:
		o.failed = err
	}
	return n, err
}

// Err returns the first failed write.
func (o *Stream) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}
