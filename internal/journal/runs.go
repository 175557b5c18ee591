package journal

// Summary is a run without its plan, pre-image and entries.
type Summary struct {
	Head
	Torn    bool
	Calls   int
	Open    int            // calls without any outcome
	Results map[string]int // changes by the status of their last result
}

// Runs lists all runs, newest first, and reads their journals for it. A damaged
// run is listed with its error.
func (s *Store) Runs() ([]Summary, error) {
	all, err := s.places(nil)
	if err != nil {
		return nil, err
	}
	var out []Summary
	for _, h := range headsOf(all) {
		out = append(out, summary(h))
	}
	return out, nil
}

func summary(h Head) Summary {
	sum := Summary{Head: h}
	rec, err := readLog(h.place())
	if err != nil {
		sum.Err = h.place().wrap("", err)
		return sum
	}
	sum.Torn = rec.Torn
	open := map[int64]bool{} // calls; a call may have several intents, and outcomes
	for _, e := range rec.Entries {
		switch {
		case e.Intent != nil:
			open[e.Intent.Call] = true
		case e.Outcome != nil:
			open[e.Outcome.Call] = false
		}
	}
	for _, is := range open {
		sum.Calls++
		if is {
			sum.Open++
		}
	}
	for _, r := range rec.Results() {
		if sum.Results == nil {
			sum.Results = map[string]int{}
		}
		sum.Results[r.Status]++
	}
	return sum
}
