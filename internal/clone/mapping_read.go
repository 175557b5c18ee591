package clone

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/yamlfile"
)

// ReadMapping reads a file with a mapping. Its errors are *yamlfile.Error.
func ReadMapping(file string, data []byte) (Mapping, error) {
	f, m := yamlfile.File(file), Mapping{}
	root, err := f.Parse(data)
	if err != nil || root == nil {
		return m, err
	}
	known := map[string]any{}
	for _, name := range sections() {
		known[name] = func(at *yamlfile.Node) (err error) {
			m[name], err = readSection(f, name, at)
			return err
		}
	}
	return m, f.Members(root, "the mapping", known)
}

// readSection reads the entries of a section, and holds each against what the
// section is about.
func readSection(f yamlfile.File, section string, at *yamlfile.Node) ([]Entry, error) {
	var entries []Entry
	first := map[string]string{} // by what it maps to
	err := f.Each(at, section, func(key, value *yamlfile.Node) error {
		to, err := f.Text("what "+yamlfile.Quote(key.Value)+" maps to", value)
		if err != nil {
			return err
		}
		e := Entry{From: key.Value, To: to, At: f.Place(key)}
		if text, hint := wrongEntry(section, e); text != "" {
			return f.Refuse(key, text, hint)
		}
		if other, twice := first[to]; twice && to != "" && !mayShare(section, to) {
			return f.Refuse(key, fmt.Sprintf("%s %q and %q map to one, %q", section, other, e.From, to), "map each to a name of its own, or one of them to "+Skip)
		}
		first[to] = e.From
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

// mayShare tells whether several names of a section may map to one.
func mayShare(section, to string) bool {
	k := resource.Lookup(section)
	return to == Skip || k != nil && k.Person || slices.Contains([]string{URLs, Domains, Secrets}, section)
}

// wrongEntry says what is wrong with an entry by itself.
func wrongEntry(section string, e Entry) (text, hint string) {
	k := resource.Lookup(section)
	switch {
	case e.From == "":
		return "an empty name maps nothing", "remove the line"
	case section == URLs && (!isURL(e.From) || e.To != "" && !isURL(e.To)):
		return fmt.Sprintf("%s: %q to %q: both must be the beginning of an address", section, e.From, e.To), "write https://host/ on both sides"
	case k == nil || !k.AnyCase:
		return "", ""
	case strings.Count(e.From, "*") > 1 || strings.Count(e.To, "*") > strings.Count(e.From, "*"):
		return fmt.Sprintf("%s: %q to %q: a pattern has one *, on the left and perhaps on the right", section, e.From, e.To), `write "*@a.example": "*@b.example"`
	case !strings.Contains(e.From, "@"), e.To != "" && e.To != Skip && !strings.Contains(e.To, "@"):
		return fmt.Sprintf("%s: %q to %q: these must be e-mail addresses", section, e.From, e.To), "or map it to " + Skip
	}
	return "", ""
}

// isURL tells whether a text is the beginning of an http or https address.
func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
