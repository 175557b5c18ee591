package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// groupStride is prime, and the first group id is a permutation of the seed modulo
// it, so licenses with different seeds have group ids of different residues.
const groupStride = 997

// ids generates unique identifiers from a seed.
type ids struct {
	seed   int64
	serial int
	groups int64
}

// next is 32 hexadecimal digits not yet taken.
func (g *ids) next(kind string, taken func(string) bool) string {
	for {
		g.serial++
		id := digest(g.seed, kind, g.serial)[:32]
		if taken == nil || !taken(id) {
			return id
		}
	}
}

// account is an account id not yet used.
func (g *ids) account() string {
	g.serial++
	return uuid(g.seed, "account", g.serial)
}

// group is a group id not yet taken.
func (g *ids) group(taken func(int64) bool) int64 {
	start := 1 + ((g.seed%groupStride+groupStride)%groupStride)*389%groupStride
	for {
		id := start + g.groups*groupStride
		g.groups++
		if !taken(id) {
			return id
		}
	}
}

// license is the number of the license in v3.4.
func (g *ids) license() int64 {
	n, _ := strconv.ParseInt(digest(g.seed, "license", 0)[:7], 16, 64)
	return 100_000_000 + n
}

// moment is the time of the creation of the license, to the second, different for
// each license.
func (g *ids) moment() string {
	offset, _ := strconv.ParseInt(digest(g.seed, "moment", 0)[:7], 16, 64)
	return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(offset/4) * time.Second).Format(time.RFC3339)
}

func digest(seed int64, kind string, serial int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d", seed, kind, serial))
	return hex.EncodeToString(sum[:])
}

func uuid(seed int64, kind string, serial int) string {
	d := digest(seed, kind, serial)
	return d[:8] + "-" + d[8:12] + "-4" + d[13:16] + "-8" + d[17:20] + "-" + d[20:32]
}
