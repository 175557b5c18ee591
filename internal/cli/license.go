package cli

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

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

// learnLicense notes whose license was read.
func (s *session) learnLicense(live *resource.License) {
	if s.license != nil && live.Owner != "" {
		s.license.Owner, s.license.AccountID = live.Owner, live.AccountID
	}
}

// licenseOf describes the license that a plan is for, as far as plan and
// connection know it.
func (s *session) licenseOf(plan *diff.Plan) *licenseInfo {
	l := &licenseInfo{}
	if s.license != nil {
		*l = *s.license
	}
	if id := plan.License; id.Owner != "" || id.AccountID != "" {
		l.Owner, l.AccountID = id.Owner, id.AccountID
	}
	l.ClientIDs = plan.License.ClientIDs
	return l
}

// tellLicense says which license is about to be changed.
func (s *session) tellLicense(plan *diff.Plan) {
	if to := s.licenseOf(plan).String(); to != s.toldLicense {
		s.noticef("this changes %s", to)
		s.toldLicense = to
	}
}

// showsLicense is a result that says itself which license it is about.
type showsLicense interface{ showsLicense() }
