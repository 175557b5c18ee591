package snapshots

import (
	"crypto/rand"
	"slices"

	"lcsync/internal/cli/session"
	"lcsync/internal/secret"
)

// newSecrets is the result of secrets generate.
type newSecrets struct {
	*secretList
	Generated []string `json:"generated"`
	Out       string   `json:"secrets_file,omitempty"` // the file that has them
}

// generateSecrets adds to the file out each secret of a snapshot that neither
// the store nor out has.
func generateSecrets(s *session.Session, found *secretList, out string) (session.Result, error) {
	r := &newSecrets{secretList: found, Generated: []string{}, Out: out}
	if s.Abs(found.File) == s.Abs(out) || s.SameFile(found.File, out) {
		return nil, session.Inputf("name another file", "%s is the snapshot: secrets need another file", out)
	}
	if _, err := s.Target(out); err != nil || len(found.Missing) == 0 {
		return r, err
	}
	// The vendor only requires that a key exists. This one is 26 letters and
	// digits, 130 bits.
	write := func(_ string, data []byte) error { return s.Write(out, data) } // errors name it as the user did
	made, torn, err := secret.Fill(s.Abs(out), found.Missing, rand.Text, write)
	if err != nil {
		return nil, err
	}
	if torn != "" {
		s.Noticef("%s", torn)
	}
	r.Generated, found.Missing = append(r.Generated, made...), []string{}
	for i := range found.Secrets {
		if s := &found.Secrets[i]; !s.Found {
			s.Found, s.File = true, out
		}
	}
	if len(made) > 0 {
		s.Noticef("wrote %s: %s", out, session.Count(len(made), "secret"))
		s.Noticef("give each receiver its new key before you register the webhooks")
	}
	return r, nil
}

// Text prints the generated secrets and the fields that need them.
func (r *newSecrets) Text(p *session.Page) {
	if len(r.Secrets) > 0 && len(r.Generated) == 0 {
		p.Printf("%s: no secret is missing\n", session.FileName(r.File))
		return
	}
	r.only(func(s namedSecret) bool { return slices.Contains(r.Generated, s.Name) }).Text(p)
}
