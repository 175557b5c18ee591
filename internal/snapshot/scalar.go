package snapshot

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lcsync/internal/resource"
)

// words are plain scalars that some YAML readers parse as a bool, null or a
// special key. They are compared in lower case.
var words = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true,
	"null": true, "~": true, "=": true, "<<": true, "nan": true, "inf": true,
}

// numeric matches what YAML 1.1 or 1.2 readers parse as a number, a date or a
// base-60 number such as 08:00, and some more: needless quotes do no harm.
var numeric = regexp.MustCompile(`^[-+]?(\.?[0-9][0-9_,.:]*([eE][-+]?[0-9_]*)?|0[xXoObB][0-9a-fA-F_]*|\.(?i:inf|nan))$` +
	`|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?$`)

// plain reports whether a string can be written without quotes: every YAML reader
// reads it as the same string.
func plain(s string) bool {
	if s == "" || strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`=~ \t", rune(s[0])) || words[strings.ToLower(s)] {
		return false
	}
	if last := s[len(s)-1]; last == ' ' || last == ':' {
		return false
	}
	if strings.ContainsRune("0123456789+.", rune(s[0])) && numeric.MatchString(s) {
		return false
	}
	if strings.HasPrefix(s, "...") || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	for _, r := range s {
		if !printable(r) {
			return false
		}
	}
	return true
}

// printable reports whether a character can be written unescaped. Spaces other
// than the plain one are invisible, so they are escaped.
func printable(r rune) bool {
	return r == ' ' || r != utf8.RuneError && r != '\uFEFF' && unicode.IsPrint(r)
}

// quoted returns a string in double quotes, with everything escaped that is
// not printable.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case printable(r) || r == utf8.RuneError:
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// inline returns a string as a scalar on one line.
func inline(s string) string {
	if plain(s) {
		return s
	}
	return quoted(s)
}

// literal returns the header and the lines of a string in literal style, nil if
// YAML would not read the same string back, or if an editor that strips trailing
// spaces would change it.
func literal(s string) (header string, lines []string) {
	body, ends := strings.CutSuffix(s, "\n")
	header = "|-"
	if ends {
		header = "|"
	}
	if !strings.Contains(s, "\n") || body == "" || strings.HasSuffix(body, "\n") ||
		strings.ContainsRune(" \t\n", rune(body[0])) {
		return "", nil
	}
	lines = strings.Split(body, "\n")
	for _, line := range lines {
		if strings.HasSuffix(line, " ") {
			return "", nil
		}
		for _, r := range line {
			if !printable(r) {
				return "", nil
			}
		}
	}
	return header, lines
}

// scalar returns a value that is neither an object nor a list on one line.
func scalar(v resource.Value) (string, error) {
	switch v := v.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return float(v)
	case string:
		return inline(v), nil
	case resource.Secret:
		return "!secret " + inline(string(v)), nil
	case resource.Ref:
		return inline(v.Key), nil
	}
	return "", fmt.Errorf("a snapshot cannot contain a %T", v)
}

// float returns a number in a form that is not read back as an integer.
func float(f float64) (string, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "", errors.New("a snapshot cannot contain a number that is not finite")
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s, nil
}

// remark returns a name as the text of a comment: one line, safe for YAML readers,
// and not too long.
func remark(name string) string {
	clean := strings.Map(func(r rune) rune {
		if printable(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(name, " "))
	return resource.Shorten(strings.Join(strings.Fields(clean), " "))
}
