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
func (t *terminal) confirm(ctx context.Context, what, question string) (bool, error) {
	a, err := t.answered(ctx, what, question+` Only "yes" goes on: `)
	a = strings.ToLower(a)
	return a == "yes" || a == "y", err
}

// confirmName is confirm where only a name agrees.
func (t *terminal) confirmName(ctx context.Context, what, question, name string) (bool, error) {
	a, err := t.answered(ctx, what, fmt.Sprintf("%s Only its name, %s, goes on: ", question, name))
	return a == name, err
}

// answered returns the line that somebody types in answer to a question.
func (t *terminal) answered(ctx context.Context, what, question string) (string, error) {
	if !t.watched.In || !t.watched.Err {
		return "", inputf("look at the "+what+", then repeat with --yes", "this needs a confirmation, and there is no terminal to ask on")
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
