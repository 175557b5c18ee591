// Package completion has the completion scripts of shells, and the candidates
// that lcsync prints for them.
package completion

import (
	"embed"
	"slices"
	"strings"
)

// scripts are named after their shells. Each calls lcsync __complete.
//
//go:embed bash zsh fish powershell
var scripts embed.FS

// Shells are the shells with a completion script.
var Shells = []string{"bash", "zsh", "fish", "powershell"}

// Script returns the script of a shell, "" if there is none.
func Script(shell string) string {
	if !slices.Contains(Shells, shell) {
		return ""
	}
	script, _ := scripts.ReadFile(shell) // it is embedded
	return string(script)
}

// Files is the candidate that stands for all file names.
const Files = ":files"

// Candidates are the possible completions of a word.
type Candidates struct {
	Candidates []Candidate `json:"candidates"`
}

// Candidate is one completion with its description.
type Candidate struct {
	Word  string `json:"word"`
	About string `json:"about,omitempty"`
}

// Add adds words.
func (c *Candidates) Add(about string, words ...string) {
	for _, w := range words {
		c.Candidates = append(c.Candidates, Candidate{w, about})
	}
}

// Starting keeps the candidates that begin with text, and adds the prefix
// before to each.
func (c *Candidates) Starting(before, text string) {
	left := []Candidate{}
	for _, one := range c.Candidates {
		switch {
		case one.Word == Files:
			left = append(left, one)
		case strings.HasPrefix(one.Word, text):
			left = append(left, Candidate{before + one.Word, one.About})
		}
	}
	c.Candidates = left
}

// String returns one candidate per line, followed by a tab and its description.
func (c *Candidates) String() string {
	var b strings.Builder
	for _, one := range c.Candidates {
		b.WriteString(strings.TrimSuffix(one.Word+"\t"+one.About, "\t") + "\n")
	}
	return b.String()
}
