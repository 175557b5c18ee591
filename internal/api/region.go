package api

import (
	"strings"

	"lcsync/internal/resource"
)

// The two data centers that every page names; dal is the one of requests without
// X-Region. There are more, such as fra-a.
const (
	regionDal = "dal"
	regionFra = "fra"
)

// regionOfToken returns the region in a token's prefix, as it stands before a
// colon; on the 3.1 page "dal-" and "fra-" are prefixes, too. dal if there is
// none.
func regionOfToken(token string) string {
	if prefix, _, ok := strings.Cut(token, ":"); ok && resource.IsRegion(prefix) {
		return prefix
	}
	for _, r := range []string{regionDal, regionFra} {
		if strings.HasPrefix(token, r+"-") {
			return r
		}
	}
	return regionDal
}

// elsewhere returns the region in which to repeat a call that the region in
// use refused as misdirected, "" if there is no other to try. named is what
// the error said, which is optional.
//
// A region that the server named is kept at once for all calls; a guessed one
// only when it proves right, in settle, so that concurrent calls do not send
// each other back and forth.
func (c *Client) elsewhere(used, named string) string {
	if named == used {
		return ""
	}
	if resource.IsRegion(named) {
		c.settle(used, named)
		return named
	}
	if now := *c.region.Load(); now != used {
		return now
	}
	if used == regionFra {
		return regionDal
	}
	return regionFra
}

// settle makes a region the client's, unless another call changed it first.
func (c *Client) settle(from, to string) {
	if old := c.region.Load(); *old == from && from != to {
		c.region.CompareAndSwap(old, &to)
	}
}
