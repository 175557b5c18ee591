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
	if strings.HasPrefix(token, regionFra+"-") {
		return regionFra
	}
	return regionDal
}

// elsewhere returns the region in which to repeat a call that the region in use
// refused as misdirected, "" if there is no other region to try: the region that
// the error named, the region that other calls use by now, or a guess.
func elsewhere(used, named, now string) string {
	switch {
	case named == used:
		return ""
	case resource.IsRegion(named):
		return named
	case now != used:
		return now
	case used == regionFra:
		return regionDal
	}
	return regionFra
}
