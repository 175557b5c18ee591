package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"lcsync/internal/diff"
)

// planVersion is the version of the form of saved plans.
const planVersion = 1

// planFile is a plan as it is saved for review. It holds no secret: secrets
// are named, as in a snapshot.
type planFile struct {
	Version int `json:"lcsync_plan"`
	// Made is when the license was read.
	Made time.Time `json:"made"`
	// Want names the file that the plan was made of.
	Want string     `json:"want"`
	Host string     `json:"host"`
	Plan *diff.Plan `json:"plan"`
}

// isPlanFile tells saved plans from snapshots: by their first member.
func isPlanFile(data []byte) bool {
	d := json.NewDecoder(bytes.NewReader(data))
	for _, want := range []json.Token{json.Delim('{'), "lcsync_plan"} {
		if t, err := d.Token(); err != nil || t != want {
			return false
		}
	}
	return true
}

// refusePlan refuses a saved plan where a snapshot is meant.
func refusePlan(name string, data []byte) error {
	if isPlanFile(data) {
		return inputf("lcsync show and lcsync apply take it", "%s is a saved plan, not a snapshot", name)
	}
	return nil
}

func (p *planFile) encode() ([]byte, error) {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	return append(data, '\n'), nil
}

// decodePlan reads a saved plan.
func decodePlan(name string, data []byte) (*planFile, error) {
	if !isPlanFile(data) {
		return nil, inputf("lcsync plan -o FILE writes one", "%s is no saved plan", name)
	}
	p := &planFile{}
	if err := json.Unmarshal(data, p); err != nil {
		return nil, inputf("make the plan again", "%s cannot be read: %s", name, err)
	}
	if p.Version != planVersion || p.Plan == nil || p.Plan.FormatVersion != diff.FormatVersion {
		return nil, inputf("make the plan again", "%s was written by another version of lcsync", name)
	}
	if err := p.Plan.Check(); err != nil {
		return nil, inputf("make the plan again", "%s cannot be used: %s", name, err)
	}
	return p, nil
}
