package argv

import (
	"strings"

	ucli "github.com/urfave/cli/v2"
)

// Word is a word that somebody is typing, at the end of a line.
type Word struct {
	*Line
	Flag     ucli.Flag // whose value it is, nil if it is none's
	IsFlag   bool      // it is a flag itself, or will be
	Before   string    // the part of it that is done with: --flag=, or a list's elements
	Text     string    // the part that is to be completed
	Argument int       // the number of the argument that it is, from 0
}

// Typing tells what the last word of a line stands for. Mistakes in the words
// before it do not matter.
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
