package checks

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/drift"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// accepts tells whether the check writes what the license has into the file.
func (o *driftOptions) accepts() bool { return o.Accept || len(o.AcceptOnly) > 0 }

// chosen returns the differences that are accepted.
func (c *driftCheck) chosen(all []drift.Difference) ([]drift.Difference, error) {
	if c.Accept {
		return all, nil
	}
	kinds, keys, err := session.ReadSelection(c.AcceptOnly)
	if err != nil {
		return nil, err
	}
	of := func(d drift.Difference, kind, key string) bool {
		return d.Kind == kind && (d.Key == key || d.Name == key || d.Object == key)
	}
	for _, kind := range kinds {
		for _, key := range keys[kind] {
			if !slices.ContainsFunc(all, func(d drift.Difference) bool { return of(d, kind, key) }) {
				return nil, session.Inputf("lcsync drift "+c.Args[0]+" lists them", "there is no difference in %s/%s to accept", kind, key)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(d drift.Difference) bool {
		whole := slices.Contains(kinds, d.Kind) && keys[d.Kind] == nil
		return !whole && !slices.ContainsFunc(keys[d.Kind], func(key string) bool { return of(d, d.Kind, key) })
	}), nil
}

// accept writes what the license has into the file, and returns the check of the
// file as it is then. A file that would not be equal to the license in what was
// accepted is not written, nor one that was changed meanwhile.
func (c *driftCheck) accept(live *resource.License, d *diff.Deviations, res *driftResult) (*diff.Deviations, *driftResult, error) {
	chosen, err := c.chosen(res.Differences)
	if err != nil || len(chosen) == 0 {
		return d, res, err
	}
	var places []diff.Place
	for i := range chosen {
		places = append(places, chosen[i].Place)
	}
	spliced, err := snapshot.Splice(c.data, c.want, d.Accept(c.want.License, places), snapshot.EncodeOptions{})
	if err != nil {
		return nil, nil, err
	}
	if c.want, err = session.DecodeWanted(c.Console, c.Args[0], spliced.Data); err != nil {
		return nil, nil, err
	}
	if d, err = c.deviate(live); err != nil {
		return nil, nil, err
	}
	after := c.compare(d)
	for _, one := range chosen {
		if slices.ContainsFunc(after.Differences, func(left drift.Difference) bool { return left.ID == one.ID }) {
			return nil, nil, session.Inputf("edit the file, and check it with lcsync drift", "%s cannot be accepted: the file would say something else", one.String())
		}
	}
	if now, err := c.ReadInput(c.Args[0]); err != nil || !bytes.Equal(now, c.data) {
		return nil, nil, session.Inputf("run the command again", "%s was changed meanwhile", c.Args[0])
	}
	if err := c.Write(c.Args[0], spliced.Data); err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(spliced.Data)
	c.digest, after.Accepted = hex.EncodeToString(sum[:]), chosen
	for _, n := range spliced.Notices {
		c.Noticef("%s", n)
	}
	return d, after, nil
}
