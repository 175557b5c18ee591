package cli

import "github.com/fatih/color"

// style colours words where colours are wanted, and leaves them alone where
// they are not.
type style struct{ on bool }

func newStyle(on bool) style { return style{on} }

func (st style) paint(s string, attrs ...color.Attribute) string {
	if !st.on {
		return s
	}
	c := color.New(attrs...)
	c.EnableColor()
	return c.Sprint(s)
}

// Bold marks headings.
func (st style) Bold(s string) string { return st.paint(s, color.Bold) }

// Red marks errors and what goes away.
func (st style) Red(s string) string { return st.paint(s, color.FgRed) }

// Green marks what is well and what is new.
func (st style) Green(s string) string { return st.paint(s, color.FgGreen) }

// Yellow marks warnings and what changes.
func (st style) Yellow(s string) string { return st.paint(s, color.FgYellow) }

// Dim marks what may be passed over.
func (st style) Dim(s string) string { return st.paint(s, color.Faint) }
