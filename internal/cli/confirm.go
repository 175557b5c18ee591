package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// confirm asks a question on stderr and reads the answer from stdin. Only "yes"
// and "y" mean yes. If either is not a terminal, the error names --yes. what is
// the thing that the user should check first.
func (t *terminal) confirm(ctx context.Context, what, question string) (bool, error) {
	if !t.watched.In || !t.watched.Err {
		return false, inputf("check the "+what+", then repeat with --yes", "confirmation is needed, but there is no terminal")
	}
	question += ` Type yes to continue: `
	if t.linesAreJSON() {
		t.notice(question)
	} else {
		fmt.Fprint(t.err, question)
	}
	answer := make(chan string, 1)
	go func() {
		// Ends with the line, or with the process if the run is interrupted.
		line, _ := bufio.NewReader(t.in).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		t.endLine()
		return false, ctx.Err()
	case a := <-answer:
		return a == "yes" || a == "y", nil
	}
}
