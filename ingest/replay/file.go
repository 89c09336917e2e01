package replay

import (
	"compress/gzip"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/ulikunitz/xz"
)

// File is a CSV file of whatever layout, plain or packed as .gz or .xz, with a header line.
type File struct {
	name string
	// Columns are the names in its header, in their order.
	Columns []string
}

// OpenFile reads the header of a file.
func OpenFile(name string) (*File, error) {
	f := &File{name: name}
	t, err := f.open(nil)
	if err != nil {
		return nil, err
	}
	defer t.close()
	f.Columns = t.header
	return f, nil
}

// Name is the name that the file was opened by.
func (f *File) Name() string { return f.name }

// Has reports whether the file has all the columns.
func (f *File) Has(columns ...string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(f.Columns, c) })
}

// Rows yields the wanted columns of each row and the number of its line; the slice is used again for the
// next. A *BadLine concerns one row alone; any other error ends the rows.
func (f *File) Rows(columns ...string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		t, err := f.open(columns)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer t.close()
		row := make([]string, len(columns))
		t.each(row, func(err error) bool { return yield(Row{f.name, t.line, columns, row}, err) })
	}
}

// Row is one row of a File.
type Row struct {
	file    string
	line    int
	columns []string
	// Values are the wanted columns, in the order in which they were wanted.
	Values []string
}

// Bad says what is wrong with value i of the row.
func (r Row) Bad(i int, reason string) error {
	return &BadLine{File: r.file, Line: r.line, Field: r.columns[i], Value: clip(r.Values[i]), Reason: reason}
}

func (f *File) open(columns []string) (*table, error) {
	file, err := os.Open(f.name)
	if err != nil {
		return nil, fmt.Errorf("cannot read data file: %w", err)
	}
	return tableIn(f.name, file, columns)
}

// unpack reads a file by the ending of its name.
func unpack(name string, in io.Reader) (plain io.Reader, err error) {
	kind := "xz"
	switch {
	case strings.HasSuffix(name, ".xz"):
		plain, err = xz.NewReader(in)
	case strings.HasSuffix(name, ".gz"):
		kind = "gz"
		plain, err = gzip.NewReader(in)
	default:
		return in, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: not an %s file or cut short: %w", name, kind, err)
	}
	return plain, nil
}
