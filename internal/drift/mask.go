package drift

import (
	"crypto/sha256"
	"encoding/hex"

	"lcsync/internal/resource"
)

// mask takes out of a difference what must not be shown.
func mask(m resource.Masks, d Difference) Difference {
	masked := m.For(d.Kind, d.Key, d.Name)
	d.Key = resource.MaskURLs(d.Key)
	was, is := masked.Value(d.Field, d.Was), masked.Value(d.Field, d.Is)
	d.Masked = masked.Hides(d.Field) || d.Action == Changed && resource.Equal(was, is)
	d.Was, d.Is = was, is
	return d
}

// digest stands for a text that must not be shown.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
