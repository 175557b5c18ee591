package wire

import "context"

type sendingKey struct{}

// OnSend returns a context for one call, Call or Batch, that announces its
// requests: before is called right before each request is sent, with the positions
// of the items in it, nil for a Call. If before returns an error, the request is
// not sent, and the call fails with that error as its cause.
func OnSend(ctx context.Context, before func(items []int) error) context.Context {
	return context.WithValue(ctx, sendingKey{}, before)
}

// Sending announces a request to the function given to OnSend. Every API calls it
// right before it sends a request.
func Sending(ctx context.Context, items []int) error {
	if before, ok := ctx.Value(sendingKey{}).(func([]int) error); ok {
		return before(items)
	}
	return nil
}
