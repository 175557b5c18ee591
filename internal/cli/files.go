package cli

import (
	"io/fs"

	"lcsync/internal/files"
)

// stdio is the name of standard input and output among names of files.
const stdio = "-"

// file is a file that the user named.
func (p places) file(name string) files.File { return files.File{Path: p.abs(name), Name: name} }

// readInput reads a file that the user named, or standard input.
func (p places) readInput(name string) ([]byte, error) {
	if name == stdio {
		return files.File{Name: fileName(name)}.ReadFrom(p.ctx, p.stdin)
	}
	return p.file(name).Read(p.ctx)
}

// target looks at a file that is to be written, before anything is done to fill
// it. It returns nil if there is no such file yet, or if it is standard output.
func (p places) target(name string) (fs.FileInfo, error) {
	if name == "" || name == stdio {
		return nil, nil
	}
	return p.file(name).Target()
}

// write is how every file is written that the user named. With --json there is
// nothing but the document on standard output.
func (p places) write(name string, data []byte) error {
	if name != stdio {
		return p.file(name).Write(data, p.step)
	}
	if !p.stdout.JSON {
		_, _ = p.stdout.out.Write(data) // a failed write is kept by the stream
	}
	return nil
}

// sameFile tells whether two names are of one file that there is.
func (p places) sameFile(a, b string) bool { return a != "" && files.Same(p.abs(a), p.abs(b)) }

// outputName is what a file that is written is called in a text.
func outputName(name string) string {
	if name == stdio {
		return "standard output"
	}
	return name
}
