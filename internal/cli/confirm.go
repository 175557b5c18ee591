package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// confirm asks a question about something on stderr and reads the answer from
// stdin; only "yes" and "y" agree. Without a terminal on both there is nobody to
// ask, which is an error that names the flag to use instead.
func (s *session) confirm(ctx context.Context, what, question string) (bool, error) {
	if !s.env.Terminal.In || !s.env.Terminal.Err {
		return false, inputf("look at the "+what+", then repeat with --yes", "this needs a confirmation, and there is no terminal to ask on")
	}
	question += ` Only "yes" goes on: `
	if s.tell.json != nil {
		s.notice(question)
	} else {
		fmt.Fprint(s.err, question)
	}
	answer := make(chan string, 1)
	go func() {
		// Ends with the line, or with the process if the run is interrupted.
		line, _ := bufio.NewReader(s.env.Stdin).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		s.endLine()
		return false, ctx.Err()
	case a := <-answer:
		return a == "yes" || a == "y", nil
	}
}

// endLine ends a line of the terminal that a question or a progress bar began.
func (s *session) endLine() {
	if s.tell.json == nil {
		fmt.Fprintln(s.err)
	}
}
