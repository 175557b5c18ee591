// Package completion has the scripts with which shells complete command lines,
// and what they are told.
package completion

import (
	"embed"
	"slices"
	"strings"
)

// scripts are named after their shells. Each asks __complete.
//
//go:embed bash zsh fish powershell
var scripts embed.FS

// Shells are those that there is a script for.
var Shells = []string{"bash", "zsh", "fish", "powershell"}

// Script returns the script of a shell, "" if there is none.
func Script(shell string) string {
	if !slices.Contains(Shells, shell) {
		return ""
	}
	script, _ := scripts.ReadFile(shell) // it is embedded
	return string(script)
}

// Files stands for the names of files.
const Files = ":files"

// Candidates are what a word may be.
type Candidates struct {
	Candidates []Candidate `json:"candidates"`
}

// Candidate is one of them.
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

// Starting leaves those that go on with a text, and puts before them what stands
// before it in its word.
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

// String is a candidate a line, with a tab and what it is behind it.
func (c *Candidates) String() string {
	var b strings.Builder
	for _, one := range c.Candidates {
		b.WriteString(strings.TrimSuffix(one.Word+"\t"+one.About, "\t") + "\n")
	}
	return b.String()
}
