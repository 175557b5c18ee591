package checks

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
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
// to it, and those that are gone. What fails is a warning, and is told by a later
// check.
func (c *driftCheck) tell(ctx context.Context, res *driftResult) {
	for _, d := range c.tellTo {
		if err := c.tellOne(ctx, d, res); err != nil {
			c.Notice("warning: " + err.Error() + "; the next check tries again")
		}
	}
}

// tellOne sends a destination first the message of which an earlier check did not
// learn whether it arrived, as that check sent it, and then what is beyond it.
func (c *driftCheck) tellOne(ctx context.Context, d *notify.Destination, res *driftResult) error {
	if ctx.Err() != nil {
		return nil // the next check tells it
	}
	if m := c.state.Sending[d.ID]; m != nil {
		if err := c.send(ctx, d, m, true); err != nil {
			return err
		}
	}
	fresh, gone := c.state.Untold(d.ID, res.Differences)
	if len(fresh)+len(gone) == 0 {
		return nil
	}
	m := &drift.Message{ID: rand.Text(), Time: res.Checked, Text: c.message(fresh, gone, c.state.Told[d.ID])}
	c.state.Sends(d.ID, m, fresh, gone)
	if err := c.watch.Add(nil, c.state); err != nil {
		c.state.Refused(d.ID) // it was not sent
		return fmt.Errorf("tell %s: %w", d.Name, err)
	}
	return c.send(ctx, d, m, false)
}

// send sends a message that is kept, and keeps what came of it. One that was
// refused is told anew by the next check, with what is new then; one that may have
// arrived, now or earlier, stays as it is.
func (c *driftCheck) send(ctx context.Context, d *notify.Destination, m *drift.Message, again bool) error {
	text := m.Text
	if again && !d.Keyed {
		text += fmt.Sprintf("\nThis may have been sent before: the check of %s was stopped or got no answer.", minute(m.Time))
	}
	err := d.Send(ctx, c.Timeout, m.ID, text)
	var answer *notify.Error
	switch {
	case err == nil:
		c.state.Took(d.ID)
	case errors.As(err, &answer) && answer.Refused && !again:
		c.state.Refused(d.ID)
	}
	if failed := c.watch.Add(nil, c.state); failed != nil {
		return cmp.Or(err, fmt.Errorf("keep that %s was told: %w", d.Name, failed))
	}
	return err
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
