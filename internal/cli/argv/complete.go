package argv

import (
	"strings"

	ucli "github.com/urfave/cli/v2"
)

// Word is the word at the end of a command line that the user is typing.
type Word struct {
	*Line
	Flag     ucli.Flag // the flag whose value the word is, nil if none
	IsFlag   bool      // the word is a flag or the beginning of one
	Before   string    // the finished part: --flag=, or elements of a list
	Text     string    // the part to complete
	Argument int       // the index of the argument, from 0
}

// Typing says what the last word of a line is. It ignores errors in the words
// before.
func Typing(words []string, last string, global []ucli.Flag, command func(name string) ([]ucli.Flag, error)) Word {
	line, _ := Parse(words, global, command)
	w := Word{Line: line, Text: last, Flag: line.open, Argument: len(line.Args)}
	if name, value, attached := strings.Cut(last, "="); w.Flag == nil && attached && strings.HasPrefix(last, "--") {
		if w.Flag = Named(line.Flags, name[2:]); w.Flag != nil {
			w.Before, w.Text = name+"=", value
		}
	}
	w.IsFlag = w.Flag == nil && strings.HasPrefix(last, "-") && last != "-"
	if _, isList := w.Flag.(*ucli.StringSliceFlag); isList {
		if i := strings.LastIndexByte(w.Text, ','); i >= 0 {
			w.Before, w.Text = w.Before+w.Text[:i+1], w.Text[i+1:]
		}
	}
	return w
}
