package sandbox

// batch executes a method for every request of a batch. The vendor does not
// guarantee the order of execution, so it is random; the responses have the order
// of the requests, each a result or an error. With spoil set, one item fails with
// too_many_requests.
func (l *License) batch(c *call, req *request, p obj, spoil bool) (any, *apiError) {
	for _, key := range sortedKeys(p) {
		if key != "requests" {
			return nil, invalid("`%s` is not a known parameter", key)
		}
	}
	if p["requests"] == nil {
		return nil, invalid("`requests` is required")
	}
	requests, ok := p["requests"].([]any)
	if !ok {
		return nil, invalid("`requests` must be an array")
	}
	if l.opts.MaxBatch > 0 && len(requests) > l.opts.MaxBatch {
		return nil, invalid("`requests` must not have more than %d items", l.opts.MaxBatch)
	}
	responses := make([]any, len(requests))
	for _, i := range l.dice.Perm(len(requests)) {
		if spoil && i == len(requests)/2 {
			responses[i] = fail(errTooMany, "Too many requests").body()
			continue
		}
		responses[i] = l.item(c, req.method, requests[i])
	}
	l.remember()
	return batchAnswer{responses}, nil
}

// batchAnswer protects the order of the responses from being shuffled.
type batchAnswer struct{ responses []any }

func (l *License) item(c *call, m *method, request any) any {
	p, ok := request.(obj)
	if !ok {
		return invalid("A request must be a JSON object").body()
	}
	payload, err := l.one(c, m, p)
	switch {
	case err != nil:
		return err.body()
	case payload == nil:
		return obj{}
	}
	return l.dress(payload)
}
