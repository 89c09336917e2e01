package local

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxInlineValues is the size in bytes up to which VALUES go to the engine within the statement: there
// they may hold expressions and parameters that refer to nothing else.
const maxInlineValues = 1 << 20

// spoolRows writes rows to a file in the engine's folder, from where the engine reads them: a statement
// with binary rows in its text would be cut. The caller removes the file.
func (h *handler) spoolRows(rows io.Reader) (string, error) {
	f, err := os.CreateTemp(h.cfg.spoolPath(), "insert-")
	if err != nil {
		return "", bodyError(err)
	}
	_, err = io.CopyBuffer(f, rows, make([]byte, 256<<10))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", bodyError(err)
	}
	return f.Name(), nil
}

// insertText is the statement that writes the request's rows, and the file to remove afterwards, if any.
func (h *handler) insertText(q *request) (text, file string, err error) {
	rows := q.rows
	if q.insert.values() {
		inline, err := io.ReadAll(io.LimitReader(rows, maxInlineValues+1))
		if err != nil {
			return "", "", bodyError(err)
		}
		if len(inline) <= maxInlineValues {
			return q.text + string(inline), "", nil
		}
		rows = io.MultiReader(bytes.NewReader(inline), rows)
	}
	file, err = h.spoolRows(rows)
	if err != nil {
		return "", "", err
	}
	settings := slices.DeleteFunc(slices.Clone(q.settings), isReadonly)
	return q.fromFile(file, settingsText(settings)), file, nil
}

// withoutSpool removes from an error of the engine where the rows lay: the client sent them in a body.
func withoutSpool(err error, spool string) error {
	var known *exception
	if !errors.As(err, &known) || !strings.Contains(known.text, spool) {
		return err
	}
	named := regexp.MustCompile(`: \(in file/uri ` + regexp.QuoteMeta(spool) + `[^)]*\)(: While executing \w+)*`)
	text := named.ReplaceAllString(known.text, "")
	return &exception{known.code, strings.Replace(text, ": data for INSERT was parsed from file", "", 1)}
}

func isReadonly(s setting) bool { return s.name == "readonly" }

// emptySpool removes what a killed process left behind.
func emptySpool(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder for inserts: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "insert-*"))
	if err != nil {
		return fmt.Errorf("cannot list the folder for inserts %s: %w", dir, err)
	}
	for _, file := range left {
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("cannot remove an insert that was cut short: %w", err)
		}
	}
	return nil
}
