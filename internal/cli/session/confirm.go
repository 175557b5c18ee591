package session

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// Confirm asks a question about something. Only the answers "yes" and "y" mean
// yes.
func (t *Console) Confirm(ctx context.Context, what, question string) (bool, error) {
	a, err := t.answered(ctx, what, question+" Type yes to continue: ")
	a = strings.ToLower(a)
	return a == "yes" || a == "y", err
}

// ConfirmName is confirm for a question that only a name confirms.
func (t *Console) ConfirmName(ctx context.Context, what, question, name string) (bool, error) {
	a, err := t.answered(ctx, what, fmt.Sprintf("%s Type its name, %s, to continue: ", question, name))
	return a == name, err
}

// answered asks a question on stderr and returns the line that the user types. If
// stdin or stderr is not a terminal, the error names --yes. what is the thing that
// the user should check first.
func (t *Console) answered(ctx context.Context, what, question string) (string, error) {
	if !t.Watched.In || !t.Watched.Err {
		return "", Inputf("check the "+what+", then repeat with --yes", "confirmation is needed, but there is no terminal")
	}
	if t.LinesAreJSON() {
		t.Notice(question)
	} else {
		fmt.Fprint(t.Err, question)
	}
	answer := make(chan string, 1)
	go func() {
		// Ends with the line, or with the process if the run is interrupted.
		line, _ := bufio.NewReader(t.in).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		t.EndLine()
		return "", ctx.Err()
	case a := <-answer:
		return a, nil
	}
}
