package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Detail is what a call for a single row answered: the answer itself, and a
// digest of the row's entry in the list that it was read for.
type Detail struct {
	Method string          `json:"method"`
	ID     string          `json:"id"`
	Entry  string          `json:"entry"`
	Read   time.Time       `json:"read"`
	Answer json.RawMessage `json:"answer"`
}

// Details answers calls for single rows from what earlier ones answered, if the
// row's entry in its list is the same and the answer is young enough. All other
// calls go on to the API. Errors are never kept, nor members that look secret.
type Details struct {
	wire.API
	now time.Time
	age time.Duration

	mu      sync.Mutex
	kept    map[string]Detail
	entries map[string]string // of the lists that were read, by kind and id
	listed  map[string]bool   // kinds
	reused  int
	oldest  time.Time
}

// NewDetails returns an API that reuses answers which are younger than age.
func NewDetails(a wire.API, kept []Detail, now time.Time, age time.Duration) *Details {
	d := &Details{API: a, now: now, age: age, kept: map[string]Detail{}, entries: map[string]string{}, listed: map[string]bool{}}
	for _, k := range kept {
		d.kept[k.Method+"/"+k.ID] = k
	}
	return d
}

// Call answers from what is kept, or makes the call and keeps the answer.
func (d *Details) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	k, list := detailed(method)
	if k == nil {
		return d.API.Call(ctx, method, args)
	}
	if list != nil {
		answer, err := d.API.Call(ctx, method, args)
		if err == nil {
			d.take(k, list, answer)
		}
		return answer, err
	}
	id := resource.Text(args.Get(k.ServerID))
	if answer := d.lookup(k, method, id); answer != nil {
		return answer, nil
	}
	answer, err := d.API.Call(ctx, method, args)
	if err == nil {
		d.keep(k, method, id, answer)
	}
	return answer, err
}

// detailed returns the kind that a method reads rows of for which there is a call
// of their own, and the read if it is the list; nil if it is of no such kind.
func detailed(method string) (*resource.Kind, *resource.Read) {
	for _, k := range resource.Kinds() {
		own := false
		for i := range k.Reads {
			own = own || k.Reads[i].Per == resource.PerRow && k.Reads[i].Of == "" && k.Reads[i].IDParam == ""
		}
		for i := range k.Reads {
			switch r := &k.Reads[i]; {
			case !own || r.Method != method:
			case r.Per == resource.Once:
				return k, r
			case r.Per == resource.PerRow:
				return k, nil
			}
		}
	}
	return nil, nil
}

// take notes the entries of a list.
func (d *Details) take(k *resource.Kind, list *resource.Read, answer resource.Value) {
	rows, _, err := list.RowsOf(resource.CloneValue(answer), "")
	if err != nil {
		return // then no row is asked about
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.listed[k.Name] = true
	for _, row := range rows {
		k.ReadLoosely(row)
		k.Canonical(row)
		k.DropVolatile(row)
		sum := sha256.Sum256([]byte(resource.JSON(row)))
		d.entries[resource.Address(k.Name, resource.Text(k.IDOf(row)))] = hex.EncodeToString(sum[:])
	}
}

// lookup returns the answer that is kept for a row, nil if there is none that
// counts.
func (d *Details) lookup(k *resource.Kind, method, id string) resource.Value {
	d.mu.Lock()
	defer d.mu.Unlock()
	entry := d.entries[resource.Address(k.Name, id)]
	kept, ok := d.kept[method+"/"+id]
	if !ok || entry == "" || kept.Entry != entry || d.now.Sub(kept.Read) >= d.age || kept.Read.After(d.now) {
		return nil
	}
	answer, err := resource.ParseJSON(kept.Answer)
	if err != nil {
		return nil
	}
	d.reused++
	if d.oldest.IsZero() || kept.Read.Before(d.oldest) {
		d.oldest = kept.Read
	}
	return answer
}

func (d *Details) keep(k *resource.Kind, method, id string, answer resource.Value) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := resource.JSON(resource.Redact(answer, func(s string) string { return s }))
	d.kept[method+"/"+id] = Detail{Method: method, ID: id, Entry: d.entries[resource.Address(k.Name, id)], Read: d.now, Answer: json.RawMessage(text)}
}

// Kept returns the answers to keep for later, without those of rows that are no
// longer listed.
func (d *Details) Kept() []Detail {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Detail
	for _, key := range slices.Sorted(maps.Keys(d.kept)) {
		kept := d.kept[key]
		k, _ := detailed(kept.Method)
		if k != nil && (!d.listed[k.Name] || d.entries[resource.Address(k.Name, kept.ID)] != "") {
			out = append(out, kept)
		}
	}
	return out
}

// Reused returns how many answers were reused, and when the oldest of them was
// read.
func (d *Details) Reused() (int, time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reused, d.oldest
}
