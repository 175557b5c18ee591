package session

import (
	"io/fs"

	"lcsync/internal/files"
)

// Stdio is the file name for standard input and standard output.
const Stdio = "-"

// file returns the file with a name that the user gave.
func (p Places) file(name string) files.File { return files.File{Path: p.Abs(name), Name: name} }

// ReadInput reads a file that the user named, or standard input.
func (p Places) ReadInput(name string) ([]byte, error) {
	if name == Stdio {
		return files.File{Name: FileName(name)}.ReadFrom(p.Ctx, p.stdin)
	}
	return p.file(name).Read(p.Ctx)
}

// Target checks that a file can be written, before the work starts. It returns
// nil for a new file and for standard output.
func (p Places) Target(name string) (fs.FileInfo, error) {
	if name == "" || name == Stdio {
		return nil, nil
	}
	return p.file(name).Target()
}

// Existing returns what an output file holds before it is replaced; see files.File.
func (p Places) Existing(name string) ([]byte, error) { return p.file(name).Existing() }

// Write writes a file that the user named. All commands use it. With --json,
// standard output gets only the JSON document.
func (p Places) Write(name string, data []byte) error {
	if name != Stdio {
		return p.file(name).Write(data, p.Step)
	}
	if !p.stdout.JSON {
		_, _ = p.stdout.Out.Write(data) // a failed write is kept by the stream
	}
	return nil
}

// SameFile tells whether two names mean the same existing file.
func (p Places) SameFile(a, b string) bool { return a != "" && files.Same(p.Abs(a), p.Abs(b)) }

// OutputName is the name of an output file in messages.
func OutputName(name string) string {
	if name == Stdio {
		return "standard output"
	}
	return name
}

// FileName is the name of an input file in messages.
func FileName(name string) string {
	if name == Stdio {
		return "standard input"
	}
	return name
}
