package resource

import "regexp"

// IsRegion reports whether a text has the form of a data center's name: dal, fra,
// fra-a. The server decides which names exist.
func IsRegion(s string) bool { return len(s) <= 16 && region.MatchString(s) }

var region = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
