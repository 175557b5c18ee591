package snapshots

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lcsync/internal/cli/session"
	"lcsync/internal/files"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// documentEndings are the endings of payload files in a folder.
var documentEndings = []string{".json", ".jsonl", ".ndjson", ".yaml", ".yml"}

const endingsText = "payloads end in .json, .jsonl, .ndjson, .yaml or .yml"

// readDocuments reads all payloads in files and folders. The error names every
// file that cannot be read.
func readDocuments(t *session.Console, p session.Places, names []string) ([]*migrate.Document, error) {
	var docs []*migrate.Document
	var unread []string
	for _, name := range names {
		found, err := filesOf(t, p, name)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			data, err := p.ReadInput(f)
			if err != nil {
				return nil, err
			}
			more, err := files.Interruptible(p.Ctx, func() ([]*migrate.Document, error) { return migrate.Read(f, data) })
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
		return nil, session.Detailedf(unread, "correct it, or leave it out; nothing was written", "%s cannot be read", session.Count(len(unread), "file"))
	}
	return docs, nil
}

// filesOf returns the file itself, or the payload files in a folder.
func filesOf(t *session.Console, p session.Places, name string) ([]string, error) {
	folder, err := filepath.EvalSymlinks(p.Abs(name))
	if err != nil || name == session.Stdio {
		return []string{name}, nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return []string{name}, nil
	}
	var documents, others []string
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
			others = append(others, rel)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, session.Inputf("", "cannot read %s: %s", name, files.Cause(err))
	case documents == nil:
		return nil, session.Inputf(endingsText, "there are no payloads in %s", name)
	}
	if len(others) > 0 {
		why := endingsText
		if slices.ContainsFunc(others, func(f string) bool { return filepath.Ext(f) == ".gz" }) {
			why += "; decompress .gz files first"
		}
		t.Noticef("skipped %s in %s: %s", firstOf(others), name, why)
	}
	return documents, nil
}

// firstOf names the first few files.
func firstOf(files []string) string {
	const few = 5
	if more := len(files) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(files[:few], ", "), more)
	}
	return strings.Join(files, ", ")
}

// MigrateTargets checks the output files before the work starts. It returns the
// snapshot to be replaced, nil if there is none.
func MigrateTargets(p session.Places, opts MigrateOptions, docs []*migrate.Document) (*snapshot.Document, error) {
	seen := map[string]bool{}
	for _, file := range []string{opts.Output, opts.SecretsOut, opts.Report, opts.Unanswered} {
		if file == "" {
			continue
		}
		if _, err := p.Target(file); err != nil {
			return nil, err
		}
		path := p.Abs(file)
		if seen[path] {
			return nil, session.Inputf("name different files", "%s is named for two outputs", session.OutputName(file))
		}
		if seen[path] = true; file == session.Stdio {
			continue
		}
		if slices.ContainsFunc(docs, func(d *migrate.Document) bool { return d.File != "-" && p.SameFile(d.File, file) }) {
			return nil, session.Inputf("choose another name", "%s is one of the payloads: it is not replaced", file)
		}
		if p.SameFile(opts.Decisions, file) {
			return nil, session.Inputf("choose another name", "%s is the file of --decisions: it is not replaced", file)
		}
	}
	if err := secretsTarget(p, opts.SecretsOut); err != nil {
		return nil, err
	}
	if info, err := p.Target(opts.Unanswered); err == nil && info != nil {
		return nil, session.Inputf("choose another name, or pass it with --decisions", "%s exists and may hold answers: it is not replaced", opts.Unanswered)
	}
	if opts.Output == session.Stdio {
		return nil, nil
	}
	old, err := earlier(p, opts.Output, "")
	if old == nil {
		return nil, err
	}
	if old.broken {
		return nil, session.Inputf("correct it, or choose another name", "%s is not replaced: %s", opts.Output, firstLine(old.wrong.Error()))
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
		return session.Inputf("choose another name, or move that file away", "%s is not replaced: the migrated snapshot lacks %s", file, strings.Join(lacks, ", "))
	}
	return nil
}

// writeMigrated writes the secrets, the report and the snapshot. The snapshot
// comes last: if it exists, the other files do.
func writeMigrated(t *session.Console, p session.Places, r *migrateResult, opts MigrateOptions, secrets map[string]string, data []byte) error {
	if err := p.Ctx.Err(); err != nil {
		return err
	}
	report, err := RenderReport(p, r.Report, opts.Report)
	if err != nil {
		return err
	}
	if len(secrets) > 0 {
		n, err := writeSecrets(t, p, opts.SecretsOut, secrets)
		if err != nil {
			return err
		}
		r.Secrets = n
		t.Noticef("wrote %s: %s", opts.SecretsOut, session.Count(n, "secret"))
	}
	if report != nil {
		if err := p.Write(opts.Report, report); err != nil {
			return err
		}
	}
	if opts.Output == session.Stdio {
		r.Snapshot = string(data)
	} else {
		if err := p.Write(opts.Output, data); err != nil {
			return err
		}
		r.File = opts.Output
		t.Noticef("wrote %s: %s", opts.Output, Summary(r.Counts))
	}
	TellMigrated(t, r.Report, opts.Report)
	return nil
}

// RenderReport returns the text of the report file, nil without --report. It
// refuses to replace a file that is not empty and not an earlier report, which
// begins with the same words.
func RenderReport(p session.Places, r *migrate.Report, file string) ([]byte, error) {
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
	if old, _ := p.Existing(file); len(bytes.TrimSpace(old)) > 0 && !bytes.HasPrefix(old, words) {
		return nil, NotReplaced(file, "report")
	}
	return out.Bytes(), nil
}

// toldMeanings is how many different behaviour changes are printed.
const toldMeanings = 6

// TellMigrated prints a summary of the report on stderr. It prints a change
// that several objects share once.
func TellMigrated(t *session.Console, r *migrate.Report, report string) {
	told, times := session.Folded(r.Meanings, func(m migrate.Meaning) string { return m.Text })
	for _, m := range told[:min(toldMeanings, len(told))] {
		if n := times[m.Text]; n > 1 {
			m.Object += fmt.Sprintf(" and %d more", n-1)
		}
		t.Noticef("%s", m)
	}
	if more := len(told) - toldMeanings; more > 0 && report == "" {
		t.Noticef("%s: --report FILE lists all", session.Count(more, "more behaviour change"))
	}
	t.Noticef("%s", r.Summary)
	if report == "" && r.Summary.Dropped > 0 {
		t.Noticef("pass --report FILE to list them")
	}
}
