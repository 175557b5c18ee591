package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lcsync/internal/cli/session"
	"lcsync/internal/drift"
	"lcsync/internal/notify"
)

// destinations are those that are told of differences: of the arguments, the
// environment and the profile, each once. URLs with credentials come from the
// environment or the user's own profile alone, as others can see arguments, and
// anybody may have written a file of the working directory.
func (c *driftCheck) destinations() (out []*notify.Destination, err error) {
	add := func(urls []string, from string, trusted bool, hint string) {
		for _, url := range urls {
			d, failed := notify.Parse(url)
			switch {
			case err != nil:
			case failed != nil:
				err = session.Inputf("", "%s: %s", from, failed)
			case d.Credentials && !trusted:
				err = session.Inputf(hint, "%s: a URL of %s may hold credentials", from, d.Name)
			case !slices.ContainsFunc(out, func(o *notify.Destination) bool { return o.ID == d.ID }):
				out = append(out, d)
			}
		}
	}
	add(c.Notify, "--notify", false, "set LCSYNC_NOTIFY, or write it into the profile of your own configuration file")
	add(strings.Fields(c.Environ.Get("LCSYNC_NOTIFY")), "LCSYNC_NOTIFY", true, "")
	add(c.Conn.Notify, "the profile "+c.Conn.License.Profile, !c.Conn.Project, "set LCSYNC_NOTIFY, or move the profile to your own configuration file")
	return out, err
}

// most is how many lines a notification has at most of what is new, and of what
// is gone.
const most = 20

// tell tells each destination what it was not told yet: differences that are new
// to it, and those that are gone. That it was told is kept as soon as it was; what
// fails is a warning, and is told by a later check.
func (c *driftCheck) tell(res *driftResult) error {
	for _, d := range c.tellTo {
		told := c.state.Told[d.ID]
		var fresh []drift.Difference
		for _, one := range res.Differences {
			if _, known := told[one.ID]; !known {
				fresh = append(fresh, one)
			}
		}
		var gone []string
		for _, id := range slices.Sorted(maps.Keys(told)) {
			if c.state.Differences[id] == nil {
				gone = append(gone, id)
			}
		}
		if len(fresh)+len(gone) == 0 {
			continue
		}
		if err := d.Send(c.message(fresh, gone, told)); err != nil {
			c.Notice("warning: " + err.Error() + "; the next check tries again")
			continue
		}
		if told == nil {
			told = map[string]string{}
		}
		for _, id := range gone {
			delete(told, id)
		}
		for _, one := range drift.WithoutValues(fresh) {
			told[one.ID] = one.String()
		}
		if c.state.Told == nil {
			c.state.Told = map[string]map[string]string{}
		}
		c.state.Told[d.ID] = told
		if err := c.watch.Add(nil, c.state); err != nil {
			return err
		}
	}
	return nil
}

// message is the text of a notification: kinds, objects and fields, and values
// only if they are asked for.
func (c *driftCheck) message(fresh []drift.Difference, gone []string, told map[string]string) string {
	if !c.NotifyValues {
		fresh = drift.WithoutValues(fresh)
	}
	lines := []string{fmt.Sprintf("lcsync drift: %s, %s: %s, %d no longer", session.FileName(c.Args[0]), c.Conn.License, session.Count(len(fresh), "new difference"), len(gone))}
	lines = append(lines, cut(drift.Lines(fresh, false))...)
	var texts []string
	for _, id := range gone {
		texts = append(texts, "no longer: "+told[id])
	}
	return strings.Join(append(lines, cut(texts)...), "\n")
}

func cut(lines []string) []string {
	if more := len(lines) - most; more > 0 {
		return append(slices.Clone(lines[:most]), fmt.Sprintf("and %d more", more))
	}
	return lines
}
