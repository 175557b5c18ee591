package cli

import (
	"crypto/rand"
	"slices"

	"lcsync/internal/secret"
)

// secretsGenerated is which secrets were made for a snapshot.
type secretsGenerated struct {
	*secretsFound
	Generated []string `json:"generated"`
	Out       string   `json:"secrets_file,omitempty"` // where they are
}

// generateSecrets makes the secrets of a snapshot that neither the store nor the
// file has which they are added to.
func generateSecrets(s *session, found *secretsFound, out string) (result, error) {
	r := &secretsGenerated{secretsFound: found, Generated: []string{}, Out: out}
	if s.abs(found.File) == s.abs(out) || s.sameFile(found.File, out) {
		return nil, inputf("name another file", "%s is the snapshot: secrets go into a file of their own", out)
	}
	if _, err := s.target(out); err != nil || len(found.Missing) == 0 {
		return r, err
	}
	// What the vendor says of a key is that there has to be one; this is 26 letters
	// and digits, 130 bits.
	made, torn, err := secret.Fill(s.abs(out), found.Missing, rand.Text, s.write)
	if err != nil {
		return nil, err
	}
	if torn != "" {
		s.noticef("%s", torn)
	}
	r.Generated, found.Missing = append(r.Generated, made...), []string{}
	for i := range found.Secrets {
		if s := &found.Secrets[i]; !s.Found {
			s.Found, s.File = true, out
		}
	}
	if len(made) > 0 {
		s.noticef("wrote %s: %s", out, count(len(made), "secret"))
		s.noticef("give each receiver its new key before the webhooks are registered")
	}
	return r, nil
}

// Text prints the secrets that were made, and what needs them.
func (r *secretsGenerated) Text(p *page) {
	if len(r.Secrets) > 0 && len(r.Generated) == 0 {
		p.printf("%s: no secret is missing\n", fileName(r.File))
		return
	}
	r.only(func(s neededNamed) bool { return slices.Contains(r.Generated, s.Name) }).Text(p)
}
