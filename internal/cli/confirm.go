package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// confirm asks a question about something. Only the answers "yes" and "y" mean
// yes.
func (t *terminal) confirm(ctx context.Context, what, question string) (bool, error) {
	a, err := t.answered(ctx, what, question+" Type yes to continue: ")
	a = strings.ToLower(a)
	return a == "yes" || a == "y", err
}

// confirmName is confirm for a question that only a name confirms.
func (t *terminal) confirmName(ctx context.Context, what, question, name string) (bool, error) {
	a, err := t.answered(ctx, what, fmt.Sprintf("%s Type its name, %s, to continue: ", question, name))
	return a == name, err
}

// answered asks a question on stderr and returns the line that the user types. If
// stdin or stderr is not a terminal, the error names --yes. what is the thing that
// the user should check first.
func (t *terminal) answered(ctx context.Context, what, question string) (string, error) {
	if !t.watched.In || !t.watched.Err {
		return "", inputf("check the "+what+", then repeat with --yes", "confirmation is needed, but there is no terminal")
	}
	if t.linesAreJSON() {
		t.notice(question)
	} else {
		fmt.Fprint(t.err, question)
	}
	answer := make(chan string, 1)
	go func() {
		// Ends with the line, or with the process if the run is interrupted.
		line, _ := bufio.NewReader(t.in).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		t.endLine()
		return "", ctx.Err()
	case a := <-answer:
		return a, nil
	}
}
