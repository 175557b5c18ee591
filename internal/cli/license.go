package cli

import "lcsync/internal/diff"

// licenseInfo says which license a command works on. Whose it is, is known once
// it was read.
type licenseInfo struct {
	Owner     string   `json:"owner,omitempty"`
	AccountID string   `json:"account_id,omitempty"`
	ClientIDs []string `json:"client_ids,omitempty"` // that a plan covers
	Host      string   `json:"host,omitempty"`
	Profile   string   `json:"profile,omitempty"`
}

// String names the license: its owner, and the host that answers for it.
func (l licenseInfo) String() string {
	text := "a license whose owner is not known"
	switch {
	case l.Owner != "":
		text = "the license of " + l.Owner
	case l.AccountID != "":
		text = "the license of the account " + l.AccountID
	}
	if l.Host != "" {
		text += " on " + l.Host
	}
	if l.Profile != "" {
		text += " (profile " + l.Profile + ")"
	}
	return text
}

// licenseOf describes the license that a plan is for, as far as plan and
// connection know it. Without a connection only the plan does.
func (c *connection) licenseOf(plan *diff.Plan) *licenseInfo {
	l := &licenseInfo{}
	if c != nil {
		*l = c.license
	}
	if id := plan.License; id.Owner != "" || id.AccountID != "" {
		l.Owner, l.AccountID = id.Owner, id.AccountID
	}
	l.ClientIDs = plan.License.ClientIDs
	return l
}
