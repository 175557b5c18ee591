package wire

import (
	"fmt"
	"runtime/debug"
)

// Panic is a panic of a goroutine on its way to the goroutine that waits for
// it. Left alone it would end the process with the exit code that means
// differences.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) String() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }

// Guard runs fn and returns its panic, nil if there was none. Whoever waits
// for fn panics with what it got.
func Guard(fn func()) (p *Panic) {
	defer func() {
		if v := recover(); v != nil {
			p = &Panic{v, debug.Stack()}
		}
	}()
	fn()
	return nil
}
