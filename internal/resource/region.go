package resource

import "regexp"

// IsRegion tells whether a text has the form of a data center's name: dal, fra,
// fra-a. Which there are is for the server to say.
func IsRegion(s string) bool { return len(s) <= 16 && region.MatchString(s) }

var region = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
