package apply

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// MissingSecret is a secret that a change would send and that has no value.
type MissingSecret struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	ChangeID string `json:"change_id"`
}

// MissingSecrets returns every secret that the changes of a plan would send
// and that lookup has no value for, by name and change. Blocked changes send
// nothing.
func MissingSecrets(p *diff.Plan, lookup func(string) (string, bool)) []MissingSecret {
	var out []MissingSecret
	for _, c := range p.Todo() {
		t, problem := newTask(c, &Result{})
		if problem != "" {
			continue
		}
		for _, s := range t.steps {
			for _, v := range resource.Walk(arguments(t, &s, t.rowFor(s.does))) {
				name, is := v.(resource.Secret)
				m := MissingSecret{string(name), c.Kind, c.ID}
				if _, known := lookup(m.Name); is && !known && !slices.Contains(out, m) {
					out = append(out, m)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b MissingSecret) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ChangeID, b.ChangeID))
	})
	return out
}

// unseal returns parameters with secrets in the place of their names. What it
// returns is sent and then forgotten.
func (r *run) unseal(args *resource.Object) (*resource.Object, error) {
	var missing []string
	out := resource.Rewrite(args, func(v resource.Value) resource.Value {
		name, is := v.(resource.Secret)
		if !is {
			return v
		}
		value, ok := r.o.Secret(string(name))
		if !ok {
			missing = append(missing, string(name))
		}
		r.secrets.hide(value)
		return value
	})
	if len(missing) > 0 {
		return nil, fmt.Errorf("there is no value for the secret %s", listed(missing))
	}
	return out.(*resource.Object), nil
}

// vault holds the secrets that were used, to redact them in reports and journals, except
// short ones, which may be ordinary words. It is safe for concurrent use.
type vault struct {
	mu   sync.Mutex
	held []string
	mask *strings.Replacer
}

func (v *vault) hide(secret string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !slices.Contains(v.held, secret) {
		v.held = append(v.held, secret)
		v.mask = resource.Hider(v.held...)
	}
}

// redact takes the secrets out of a text.
func (v *vault) redact(text string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mask == nil {
		return text
	}
	return v.mask.Replace(text)
}

// secretName is the name under which the secret of an object is saved.
func secretName(k *resource.Kind, id resource.Value) string {
	return k.Name + "/" + resource.Text(id)
}

// errNotAsked is why a secret was not saved that nothing was given to save
// with.
var errNotAsked = errors.New("there is no place to save it")

// save keeps a secret that an answer revealed.
func (r *run) save(secrets []NewSecret) error {
	if r.o.SaveSecrets == nil {
		return errNotAsked
	}
	r.saving.Lock()
	defer r.saving.Unlock()
	return r.o.SaveSecrets(secrets)
}

// tellSaved says in the result what became of a secret that an answer
// revealed. A secret that could not be saved is lost.
func (r *run) tellSaved(t *task, unsaved error) {
	name := secretName(t.kind, t.id)
	switch {
	case unsaved == nil:
		t.result.SecretSaved = name
		return
	case errors.Is(unsaved, errNotAsked):
		t.result.note("its secret was not saved")
	default:
		t.result.note("its secret was not saved: " + unsaved.Error())
	}
	r.notice("the secret of %s is lost (%v); reset it", name, unsaved)
}
