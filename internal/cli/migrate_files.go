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

// documentEndings are the endings of payload files in a folder.
var documentEndings = []string{".json", ".yaml", ".yml"}

// readDocuments reads all payloads in files and folders. The error names every
// file that cannot be read.
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

// filesOf returns the file itself, or the payload files in a folder.
func filesOf(t *terminal, p places, name string) ([]string, error) {
	folder, err := filepath.EvalSymlinks(p.Abs(name))
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
		return nil, inputf("payloads end in .json, .yaml or .yml", "there are no payloads in %s", name)
	}
	if other > 0 {
		t.noticef("skipped %s in %s: payloads end in .json, .yaml or .yml", count(other, "file"), name)
	}
	return documents, nil
}

// migrateTargets checks the output files before the work starts. It returns the
// snapshot to be replaced, nil if there is none.
func migrateTargets(p places, opts migrateOptions, docs []*migrate.Document) (*snapshot.Document, error) {
	seen := map[string]bool{}
	for _, file := range []string{opts.Output, opts.SecretsOut, opts.Report, opts.Unanswered} {
		if file == "" {
			continue
		}
		if _, err := p.target(file); err != nil {
			return nil, err
		}
		path := p.Abs(file)
		if seen[path] {
			return nil, inputf("name different files", "%s is named for two outputs", outputName(file))
		}
		if seen[path] = true; file == stdio {
			continue
		}
		if slices.ContainsFunc(docs, func(d *migrate.Document) bool { return d.File != "-" && p.sameFile(d.File, file) }) {
			return nil, inputf("choose another name", "%s is one of the payloads: it is not replaced", file)
		}
		if p.sameFile(opts.Decisions, file) {
			return nil, inputf("choose another name", "%s is the file of --decisions: it is not replaced", file)
		}
	}
	if err := p.secretsTarget(opts.SecretsOut); err != nil {
		return nil, err
	}
	if info, err := p.target(opts.Unanswered); err == nil && info != nil {
		return nil, inputf("choose another name, or pass it with --decisions", "%s exists and may hold answers: it is not replaced", opts.Unanswered)
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

// replaceable refuses to replace a snapshot with one that lacks something of
// it.
func replaceable(old *snapshot.Document, file string, found *resource.License) error {
	if old == nil {
		return nil
	}
	lacks := snapshot.Lacks(old.License, found)
	if owner := old.License.Owner; owner != "" && owner != found.Owner {
		lacks = append(lacks, "its owner, "+owner)
	}
	if len(lacks) > 0 {
		return inputf("choose another name, or move that file away", "%s is not replaced: the migrated snapshot lacks %s", file, strings.Join(lacks, ", "))
	}
	return nil
}

// writeMigrated writes the secrets, the report and the snapshot. The snapshot
// comes last: if it exists, the other files do.
func writeMigrated(t *terminal, p places, r *migrateResult, opts migrateOptions, secrets map[string]string, data []byte) error {
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

// renderReport returns the text of the report file, nil without --report. It
// refuses to replace a file that is not empty and not an earlier report, which
// begins with the same words.
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
	if old, _ := os.ReadFile(p.Abs(file)); len(bytes.TrimSpace(old)) > 0 && !bytes.HasPrefix(old, words) {
		return nil, notReplaced(file, "report")
	}
	return out.Bytes(), nil
}

// toldMeanings is how many different behaviour changes are printed.
const toldMeanings = 6

// tellMigrated prints a summary of the report on stderr. It prints a change
// that several objects share once.
func tellMigrated(t *terminal, r *migrate.Report, report string) {
	told, times := folded(r.Meanings, func(m migrate.Meaning) string { return m.Text })
	for _, m := range told[:min(toldMeanings, len(told))] {
		if n := times[m.Text]; n > 1 {
			m.Object += fmt.Sprintf(" and %d more", n-1)
		}
		t.noticef("%s", m)
	}
	if more := len(told) - toldMeanings; more > 0 && report == "" {
		t.noticef("%s: --report FILE lists all", count(more, "more behaviour change"))
	}
	t.noticef("%s", r.Summary)
	if report == "" && r.Summary.Dropped > 0 {
		t.noticef("pass --report FILE to list them")
	}
}
