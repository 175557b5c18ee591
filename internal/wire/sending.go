package wire

import "context"

type sendingKey struct{}

// OnSend returns a context for one call, Call or Batch, whose requests are
// announced: before is called when the turn of a request has come and it is about
// to be sent, each time that it is sent, with the positions of the items that are
// in it, nil for a Call. If it returns an error the request is not sent, and the
// call fails with that error as its cause.
func OnSend(ctx context.Context, before func(items []int) error) context.Context {
	return context.WithValue(ctx, sendingKey{}, before)
}

// Sending announces a request to whoever asked for it with OnSend. Every API
// calls it right before it sends a request.
func Sending(ctx context.Context, items []int) error {
	if before, ok := ctx.Value(sendingKey{}).(func([]int) error); ok {
		return before(items)
	}
	return nil
}
