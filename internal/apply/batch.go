package apply

import (
	"context"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// answer is what came back for one item.
type answer struct {
	value resource.Value
	err   error

	revealed bool  // it held a secret
	unsaved  error // why the secret could not be saved
}

// send makes a call and returns one answer an item; whole is the error of the
// call as such. It runs outside of the scheduler and touches nothing but the
// call.
func send(ctx context.Context, w wire.API, c *call) (answers []answer, whole error) {
	answers = make([]answer, len(c.items))
	if !c.step().batch {
		v, err := w.Call(ctx, c.method, merged(c.args))
		for i := range answers {
			answers[i] = answer{value: v, err: err}
		}
		return answers, err
	}
	outcomes, err := w.Batch(ctx, c.method, c.args)
	if err == nil && len(outcomes) != len(c.items) {
		err = &wire.Error{Method: c.method, Class: wire.Ambiguous, Message: "the answer has the wrong length"}
	}
	for i := range answers {
		switch {
		case err != nil:
			answers[i].err = err
		case outcomes[i].Err != nil:
			answers[i].err = outcomes[i].Err
		default:
			answers[i].value = outcomes[i].Answer
		}
	}
	return answers, err
}

// mergeKey returns the parameters that have to be equal for calls to be merged.
func mergeKey(op *resource.Op, row *resource.Object) string {
	if len(op.Merge) == 0 || op.Args == nil || row == nil {
		return ""
	}
	args, key := op.Args(row), resource.List{}
	for _, name := range op.Merge {
		key = append(key, args.Get(name))
	}
	return " " + resource.JSON(key)
}

// merged returns the parameters of several calls as those of one.
func merged(args []*resource.Object) *resource.Object {
	if len(args) == 1 {
		return args[0]
	}
	out := args[0].Clone()
	for _, a := range args[1:] {
		merge(out, a)
	}
	return out
}

// merge adds the members of from to into: objects member by member, lists by
// appending, and everything else as it is.
func merge(into, from *resource.Object) {
	for name, v := range from.All() {
		switch have := into.Get(name).(type) {
		case *resource.Object:
			if o, ok := v.(*resource.Object); ok {
				merge(have, o)
				continue
			}
		case resource.List:
			if l, ok := v.(resource.List); ok {
				into.Set(name, append(slices.Clip(have), l...))
				continue
			}
		}
		into.Set(name, resource.CloneValue(v))
	}
}
