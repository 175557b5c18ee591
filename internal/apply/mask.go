package apply

import (
	"slices"

	"lcsync/internal/diff"
)

// Masked returns a copy of the report of a plan that may be shown.
func (r *Report) Masked(m *diff.Masking) *Report {
	if r == nil {
		return nil
	}
	out := *r
	out.Results = slices.Clone(r.Results)
	for i := range out.Results {
		res := &out.Results[i]
		res.Kept = m.Fields(res.Kind, res.Key, res.Kept)
		res.ID, res.Key, res.ServerID = m.Text(res.ID), m.Text(res.Key), m.Text(res.ServerID)
		res.Error, res.Detail = m.Text(res.Error), m.Text(res.Detail)
	}
	out.Notices = m.Texts(r.Notices)
	return &out
}

// MaskedRequests returns a copy of the requests of a plan that may be shown.
func MaskedRequests(requests []Request, m *diff.Masking) []Request {
	out := slices.Clone(requests)
	for i, q := range out {
		out[i].Body, out[i].Changes = m.Request(q.Body, q.Changes), m.Texts(q.Changes)
	}
	return out
}
