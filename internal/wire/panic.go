package wire

import (
	"fmt"
	"runtime/debug"
)

// Panic carries a panic from one goroutine to the goroutine that waits for it.
// Without it, the process would end with the exit code for differences.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) String() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }

// Guard runs fn and returns its panic, nil if there was none. The caller panics
// with that value.
func Guard(fn func()) (p *Panic) {
	defer func() {
		if v := recover(); v != nil {
			p = &Panic{v, debug.Stack()}
		}
	}()
	fn()
	return nil
}
