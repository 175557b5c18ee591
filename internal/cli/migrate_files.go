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

	"lcsync/internal/files"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// documentEndings are those of the files that a folder stands for.
var documentEndings = []string{".json", ".yaml", ".yml"}

// readDocuments reads every document of the files and folders. All that cannot
// be read is told at once.
func readDocuments(t *terminal, p places, names []string) ([]*migrate.Document, error) {
	var docs []*migrate.Document
	var unread []string
	for _, name := range names {
		found, err := filesOf(t, p, name)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			data, err := p.readInput(f)
			if err != nil {
				return nil, err
			}
			more, err := files.Interruptible(p.ctx, func() ([]*migrate.Document, error) { return migrate.Read(f, data) })
			var unreadable *migrate.Error
			switch {
			case errors.As(err, &unreadable):
				unread = append(unread, err.Error())
				continue
			case err != nil:
				return nil, err
			}
			docs = append(docs, more...)
		}
	}
	if len(unread) > 0 {
		return nil, detailedf(unread, "correct it, or leave it out; nothing was written", "%s cannot be read", count(len(unread), "file"))
	}
	return docs, nil
}

// filesOf returns a file, or the documents in a folder by name.
func filesOf(t *terminal, p places, name string) ([]string, error) {
	folder, err := filepath.EvalSymlinks(p.abs(name))
	if err != nil || name == stdio {
		return []string{name}, nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return []string{name}, nil
	}
	var documents []string
	other := 0
	err = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if slices.Contains(documentEndings, strings.ToLower(filepath.Ext(path))) {
			documents = append(documents, filepath.Join(name, rel))
		} else {
			other++
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, inputf("", "cannot read %s: %s", name, files.Cause(err))
	case documents == nil:
		return nil, inputf("its documents end in .json, .yaml or .yml", "there are no documents in %s", name)
	}
	if other > 0 {
		t.noticef("%s in %s are no documents by their endings: they are not read", count(other, "file"), name)
	}
	return documents, nil
}

// migrateTargets looks at the files to be written before anything is done. It
// returns the snapshot that is to be replaced, nil if there is none.
func migrateTargets(p places, opts migrateOptions, docs []*migrate.Document) (*snapshot.Document, error) {
	seen := map[string]bool{}
	for _, file := range []string{opts.Output, opts.SecretsOut, opts.Report, opts.Unanswered} {
		if file == "" {
			continue
		}
		if _, err := p.target(file); err != nil {
			return nil, err
		}
		path := p.abs(file)
		if seen[path] {
			return nil, inputf("name different files", "%s is to hold two things", outputName(file))
		}
		if seen[path] = true; file == stdio {
			continue
		}
		if slices.ContainsFunc(docs, func(d *migrate.Document) bool { return d.File != "-" && p.sameFile(d.File, file) }) {
			return nil, inputf("choose another name", "%s is one of the documents: it is not replaced", file)
		}
		if p.sameFile(opts.Decisions, file) {
			return nil, inputf("choose another name", "%s has the decisions: it is not replaced", file)
		}
	}
	if err := p.secretsTarget(opts.SecretsOut); err != nil {
		return nil, err
	}
	if info, err := p.target(opts.Unanswered); err == nil && info != nil {
		return nil, inputf("choose another name, or pass it as --decisions", "%s exists, and may hold answers: it is not replaced", opts.Unanswered)
	}
	if opts.Output == stdio {
		return nil, nil
	}
	old, err := earlier(p, opts.Output, "")
	if old == nil {
		return nil, err
	}
	return old.Document, nil
}

// replaceable refuses to replace a snapshot by one that lacks something of it.
func replaceable(old *snapshot.Document, file string, found *resource.License) error {
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
func writeMigrated(t *terminal, p places, r *migrated, opts migrateOptions, secrets map[string]string, data []byte) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	report, err := renderReport(p, r.Report, opts.Report)
	if err != nil {
		return err
	}
	if len(secrets) > 0 {
		n, err := writeSecrets(t, p, opts.SecretsOut, secrets)
		if err != nil {
			return err
		}
		r.Secrets = n
		t.noticef("wrote %s: %s", opts.SecretsOut, count(n, "secret"))
	}
	if report != nil {
		if err := p.write(opts.Report, report); err != nil {
			return err
		}
	}
	if opts.Output == stdio {
		r.Snapshot = string(data)
	} else {
		if err := p.write(opts.Output, data); err != nil {
			return err
		}
		r.File = opts.Output
		t.noticef("wrote %s: %s", opts.Output, summary(r.Counts))
	}
	tellMigrated(t, r.Report, opts.Report)
	return nil
}

// renderReport returns what is to be written to a file, nil if it has no name. The
// file may hold an earlier report, which begins with the same words, or nothing.
func renderReport(p places, r *migrate.Report, file string) ([]byte, error) {
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
	if old, _ := os.ReadFile(p.abs(file)); len(bytes.TrimSpace(old)) > 0 && !bytes.HasPrefix(old, words) {
		return nil, notReplaced(file, "report")
	}
	return out.Bytes(), nil
}

// toldMeanings is how many different changes of meaning are told without a
// report.
const toldMeanings = 6

// tellMigrated sums the report up on stderr. What several objects have in common
// is told once.
func tellMigrated(t *terminal, r *migrate.Report, report string) {
	told, times := folded(r.Meanings, func(m migrate.Meaning) string { return m.Text })
	for _, m := range told[:min(toldMeanings, len(told))] {
		if n := times[m.Text]; n > 1 {
			m.Object += fmt.Sprintf(" and %d more", n-1)
		}
		t.noticef("%s", m)
	}
	if more := len(told) - toldMeanings; more > 0 && report == "" {
		t.noticef("%s of meaning: --report FILE lists all", count(more, "more change"))
	}
	t.noticef("%s", r.Summary)
	if report == "" && r.Summary.Dropped > 0 {
		t.noticef("--report FILE says which")
	}
}
