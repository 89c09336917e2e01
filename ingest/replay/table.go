package replay

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxFieldBytes bounds one field; a lost quote would otherwise swallow the rest of the file.
const maxFieldBytes = 4096

// table reads one CSV file row by row and knows the line number of each.
type table struct {
	name    string
	file    io.Closer
	rows    *csv.Reader
	columns []string
	header  []string
	// index maps the wanted columns to their place in the file.
	index []int
	line  int
}

// openTable opens DIR/base.csv.xz, or else DIR/base.csv, and checks that it has the wanted columns.
// Further columns are allowed and ignored, the order is free.
func openTable(dir, base string, columns ...string) (*table, error) {
	name, file, err := openEither(dir, base+".csv.xz", base+".csv")
	if err != nil {
		return nil, err
	}
	return tableIn(name, file, columns)
}

// tableIn reads the header of an open file; the file is closed with the table, or on an error.
func tableIn(name string, file *os.File, columns []string) (*table, error) {
	plain, err := unpack(name, bufio.NewReaderSize(file, 1<<16))
	if err == nil {
		var t *table
		if t, err = newTable(name, plain, columns); err == nil {
			t.file = file
			return t, nil
		}
	}
	_ = file.Close()
	return nil, err
}

// each reads the rows into dst, one after the other, until yield says that it is enough or an error ends the
// file. A *BadLine does not.
func (t *table) each(dst []string, yield func(error) bool) {
	for {
		err := t.next(dst)
		var bad *BadLine
		if errors.Is(err, io.EOF) || !yield(err) || err != nil && !errors.As(err, &bad) {
			return
		}
	}
}

func openEither(dir string, names ...string) (string, *os.File, error) {
	if info, err := os.Stat(dir); err != nil {
		return "", nil, fmt.Errorf("cannot read data folder: %w", err)
	} else if !info.IsDir() {
		return "", nil, fmt.Errorf("cannot read data folder %s: it is a file", dir)
	}
	for _, name := range names {
		f, err := os.Open(filepath.Join(dir, name))
		if err == nil {
			return name, f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("cannot read data file: %w", err)
		}
	}
	return "", nil, fmt.Errorf("cannot find %s in %s", strings.Join(names, " or "), dir)
}

func newTable(name string, in io.Reader, columns []string) (*table, error) {
	rows := csv.NewReader(in)
	rows.ReuseRecord = true
	rows.FieldsPerRecord = -1
	t := &table{name: name, rows: rows, columns: columns}
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("cannot read %s line 1: no header: %w", name, noEOF(err))
	}
	if len(header) > 0 {
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
	}
	for _, c := range columns {
		i := slices.Index(header, c)
		if i < 0 {
			return nil, fmt.Errorf("cannot read %s line 1: column %q is missing, found %s",
				name, c, clip(strings.Join(header, ",")))
		}
		t.index = append(t.index, i)
	}
	rows.FieldsPerRecord = len(header)
	t.line, t.header = 1, slices.Clone(header)
	return t, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next reads a row into dst, one string per wanted column. A *BadLine concerns this row alone and
// reading goes on; io.EOF is the end; any other error ends the file.
func (t *table) next(dst []string) error {
	record, err := t.rows.Read()
	if err == io.EOF {
		return io.EOF
	}
	if err != nil {
		return t.readError(err)
	}
	t.line, _ = t.rows.FieldPos(0)
	for i, at := range t.index {
		v := record[at]
		if len(v) > maxFieldBytes {
			return t.bad(t.columns[i], v, fmt.Sprintf("longer than %d bytes", maxFieldBytes))
		}
		if !utf8.ValidString(v) {
			return t.bad(t.columns[i], v, "not UTF-8")
		}
		dst[i] = v
	}
	return nil
}

func (t *table) readError(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		t.line = parse.StartLine
		return t.bad("", "", parse.Err.Error())
	}
	return fmt.Errorf("cannot read %s after line %d: cut short or damaged: %w", t.name, t.line, err)
}

// bad describes what is wrong with the current row.
func (t *table) bad(field, value, reason string) *BadLine {
	return &BadLine{File: t.name, Line: t.line, Field: field, Value: clip(value), Reason: reason}
}

func (t *table) close() { _ = t.file.Close() }

func clip(s string) string {
	const most = 80
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}
