package apply

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// verdict is the outcome of one item of a call. It is derived once, from the response.
type verdict struct {
	status Status         // Done, Failed or Unknown
	id     resource.Value // of the object, as far as it is known
	err    error          // what the API said, if that was no success

	secret  *NewSecret // that the answer revealed
	unsaved error      // why it could not be saved
}

// errNoID is the error of an answer that should reveal the new object's id.
var errNoID = errors.New("accepted, but the response has no id")

// errInterrupted is why a call was not sent after an interrupt.
var errInterrupted = errors.New("interrupted")

// verdictOf returns what a response means for an item.
func verdictOf(it *item, answer resource.Value, err error) verdict {
	k, does := it.task.kind, it.step.does
	switch {
	case err != nil && does == deleting && isGone(err):
		return verdict{status: Done, id: it.id, err: err}
	case err != nil && isAmbiguous(err):
		return verdict{status: Unknown, id: it.id, err: err}
	case err != nil:
		return verdict{status: Failed, id: it.id, err: err}
	case does != creating:
		return verdict{status: Done, id: it.id}
	}
	v := verdict{status: Done, id: it.id}
	o, _ := answer.(*resource.Object)
	k.ReadLoosely(o)
	if slices.Contains(it.step.op.Reveals, k.ServerID) {
		if v.id = o.Get(k.ServerID); v.id == nil {
			return verdict{status: Unknown, err: errNoID}
		}
	}
	if said, sent := o.String(k.Key[0]), resource.Text(it.id); k.AnyCase && said != "" && k.FoldKey(said) == k.FoldKey(sent) {
		v.id = said // the server's spelling
	}
	for _, name := range it.step.op.Reveals {
		if value := o.String(name); name != k.ServerID && value != "" {
			v.secret = &NewSecret{secretName(k, v.id), value}
		}
	}
	return v
}

// isAmbiguous tells that an error leaves open whether the call took effect.
func isAmbiguous(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Class == wire.Ambiguous
}

// isInterrupted tells that a call was cancelled before it had any effect.
func isInterrupted(err error) bool {
	var e *wire.Error
	return !errors.As(err, &e) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// isGone tells that an error means that the object is not there.
func isGone(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && (e.Type == "not_found" || strings.HasSuffix(e.Type, "_not_found"))
}

// isRefusedToken tells that an error ends every run.
func isRefusedToken(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Class == wire.Authentication
}
