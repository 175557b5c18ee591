package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// documentEndings are those of the files that a folder stands for.
var documentEndings = []string{".json", ".yaml", ".yml"}

// readDocuments reads every document of the files and folders. All that cannot
// be read is told at once.
func (s *session) readDocuments(files []string) ([]*migrate.Document, error) {
	var docs []*migrate.Document
	failed := 0
	for _, name := range files {
		found, err := s.filesOf(name)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			data, err := s.readInput(f)
			if err != nil {
				return nil, err
			}
			more, err := migrate.Read(f, data)
			var unreadable *migrate.Error
			if errors.As(err, &unreadable) {
				failed++
				s.detail("%s", err)
				continue
			}
			docs = append(docs, more...)
		}
	}
	if failed > 0 {
		return nil, inputf("correct it, or leave it out; nothing was written", "%s cannot be read", count(failed, "file"))
	}
	return docs, nil
}

// filesOf returns a file, or the documents in a folder by name.
func (s *session) filesOf(name string) ([]string, error) {
	info, err := os.Stat(s.abs(name))
	if name == "-" || err != nil || !info.IsDir() {
		return []string{name}, nil
	}
	var files []string
	other := 0
	err = filepath.WalkDir(s.abs(name), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.abs(name), path)
		if err != nil {
			return err
		}
		if slices.Contains(documentEndings, strings.ToLower(filepath.Ext(path))) {
			files = append(files, filepath.Join(name, rel))
		} else {
			other++
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, inputf("", "cannot read %s: %s", name, err)
	case files == nil:
		return nil, inputf("its documents end in .json, .yaml or .yml", "there are no documents in %s", name)
	}
	if other > 0 {
		s.noticef("%s in %s are no documents by their endings: they are not read", count(other, "file"), name)
	}
	return files, nil
}

// migrateTargets looks at the files to be written before anything is done. It
// returns the snapshot that is to be replaced, nil if there is none.
func (s *session) migrateTargets(opts migrateOptions, docs []*migrate.Document) (*snapshot.Document, error) {
	seen := map[string]bool{}
	for _, file := range []string{opts.Output, opts.SecretsOut, opts.Report, opts.Unanswered} {
		if file == "" || file == "-" {
			continue
		}
		path := s.abs(file)
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return nil, inputf("", "the directory of %s does not exist", file)
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return nil, inputf("name a file in it", "%s is a directory", file)
		}
		if seen[path] {
			return nil, inputf("name different files", "%s is to hold two things", file)
		}
		seen[path] = true
		if slices.ContainsFunc(docs, func(d *migrate.Document) bool { return d.File != "-" && s.sameFile(d.File, file) }) {
			return nil, inputf("choose another name", "%s is one of the documents: it is not replaced", file)
		}
		if s.sameFile(opts.Decisions, file) {
			return nil, inputf("choose another name", "%s has the decisions: it is not replaced", file)
		}
	}
	if _, err := os.Stat(s.abs(opts.Unanswered)); opts.Unanswered != "" && err == nil {
		return nil, inputf("choose another name, or pass it as --decisions", "%s exists, and may hold answers: it is not replaced", opts.Unanswered)
	}
	if opts.Output == "-" {
		return nil, nil
	}
	old, _, err := s.earlier(opts.Output, "")
	return old, err
}

// sameFile tells whether two names are of one file that there is.
func (s *session) sameFile(a, b string) bool {
	one, err := os.Stat(s.abs(a))
	other, err2 := os.Stat(s.abs(b))
	return a != "" && err == nil && err2 == nil && os.SameFile(one, other)
}

// replaceable refuses to replace a snapshot by one that lacks something of it.
func (s *session) replaceable(old *snapshot.Document, file string, found *resource.License) error {
	if old == nil {
		return nil
	}
	lacks := snapshot.Lacks(old.License, found)
	if owner := old.License.Owner; owner != "" && owner != found.Owner {
		lacks = append(lacks, "its owner, "+owner)
	}
	if len(lacks) > 0 {
		return inputf("choose another name, or move that file away", "%s is not replaced: what was migrated lacks %s", file, strings.Join(lacks, ", "))
	}
	return nil
}

// writeMigrated writes the secrets, the report and the snapshot, which comes
// last: where it is, everything is.
func (s *session) writeMigrated(r *migrated, opts migrateOptions, secrets map[string]string, data []byte) error {
	report, err := s.report(r.Report, opts.Report)
	if err != nil {
		return err
	}
	if len(secrets) > 0 {
		n, err := s.writeSecrets(opts.SecretsOut, secrets)
		if err != nil {
			return err
		}
		r.Secrets = n
		s.noticef("wrote %s: %s", opts.SecretsOut, count(n, "secret"))
	}
	if report != nil {
		if err := snapshot.WriteFile(s.abs(opts.Report), report); err != nil {
			return err
		}
	}
	if opts.Output == "-" {
		r.Snapshot = string(data)
	} else {
		if err := snapshot.WriteFile(s.abs(opts.Output), data); err != nil {
			return err
		}
		r.File = opts.Output
		s.noticef("wrote %s: %s", opts.Output, (&exported{Counts: r.Counts}).summary())
	}
	s.tellMigrated(r.Report, opts.Report)
	return nil
}

// report returns what is to be written to a file, nil if it has no name. The
// file may hold an earlier report, which begins with the same words, or nothing.
func (s *session) report(r *migrate.Report, file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	var out bytes.Buffer
	render := r.Text
	switch filepath.Ext(file) {
	case ".json":
		render = r.JSON
	case ".md":
		render = r.Markdown
	}
	if err := render(&out); err != nil {
		return nil, err
	}
	words := out.Bytes()[:bytes.IndexAny(out.Bytes(), "0123456789")] // before the first count or version
	if old, _ := os.ReadFile(s.abs(file)); len(bytes.TrimSpace(old)) > 0 && !bytes.HasPrefix(old, words) {
		return nil, notReplaced(file, "report")
	}
	return out.Bytes(), nil
}

// toldMeanings is how many different changes of meaning are told without a
// report.
const toldMeanings = 6

// tellMigrated sums the report up on stderr. What several objects have in common
// is told once.
func (s *session) tellMigrated(r *migrate.Report, report string) {
	times, told := map[string]int{}, 0
	for _, m := range r.Meanings {
		times[m.Text]++
	}
	for _, m := range r.Meanings {
		n := times[m.Text]
		if times[m.Text] = 0; n == 0 || told == toldMeanings {
			continue
		}
		told++
		if n > 1 {
			m.Object += fmt.Sprintf(" and %d more", n-1)
		}
		s.noticef("%s", m)
	}
	if more := len(times) - told; more > 0 && report == "" {
		s.noticef("%s of meaning: --report FILE lists all", count(more, "more change"))
	}
	s.noticef("%s", r.Summary)
	if report == "" && r.Summary.Dropped > 0 {
		s.noticef("--report FILE says which")
	}
}
