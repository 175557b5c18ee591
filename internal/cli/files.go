package cli

import (
	"io/fs"

	"lcsync/internal/files"
)

// stdio is the file name for standard input and standard output.
const stdio = "-"

// file returns the file with a name that the user gave.
func (p places) file(name string) files.File { return files.File{Path: p.Abs(name), Name: name} }

// readInput reads a file that the user named, or standard input.
func (p places) readInput(name string) ([]byte, error) {
	if name == stdio {
		return files.File{Name: fileName(name)}.ReadFrom(p.ctx, p.stdin)
	}
	return p.file(name).Read(p.ctx)
}

// target checks that a file can be written, before the work starts. It returns
// nil for a new file and for standard output.
func (p places) target(name string) (fs.FileInfo, error) {
	if name == "" || name == stdio {
		return nil, nil
	}
	return p.file(name).Target()
}

// write writes a file that the user named. All commands use it. With --json,
// standard output gets only the JSON document.
func (p places) write(name string, data []byte) error {
	if name != stdio {
		return p.file(name).Write(data, p.step)
	}
	if !p.stdout.JSON {
		_, _ = p.stdout.out.Write(data) // a failed write is kept by the stream
	}
	return nil
}

// sameFile tells whether two names mean the same existing file.
func (p places) sameFile(a, b string) bool { return a != "" && files.Same(p.Abs(a), p.Abs(b)) }

// outputName is the name of an output file in messages.
func outputName(name string) string {
	if name == stdio {
		return "standard output"
	}
	return name
}

// fileName is the name of an input file in messages.
func fileName(name string) string {
	if name == stdio {
		return "standard input"
	}
	return name
}
