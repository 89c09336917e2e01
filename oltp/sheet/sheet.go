// Package sheet reads and writes tables as people keep them: CSV from whichever program, and XLSX.
//
// The bytes of a file come in; a header and rows of text with their line numbers go out, or a *Unreadable
// that says what to do about the file. Guaranteed: no file, however it is made, costs more memory than
// Limits allow; what Write makes, Read reads back unchanged.
package sheet

import (
	"bytes"
	"fmt"
	"strings"
)

// Limits bound a file. Zero means the default.
type Limits struct {
	// Rows bounds the rows that are not blank, the header aside. Default 10,000.
	Rows int
	// Columns bounds the columns. Default 100.
	Columns int
	// CellBytes bounds one cell. Default 65,536.
	CellBytes int
	// Unzipped bounds what an XLSX file is unzipped to, in bytes. Default 16 MB.
	Unzipped int64
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.Rows, 10_000)
	set(&l.Columns, 100)
	set(&l.CellBytes, 65_536)
	if l.Unzipped <= 0 {
		l.Unzipped = 16 << 20
	}
	return l
}

// Table is what a file holds.
type Table struct {
	// Format is "csv" or "xlsx", Encoding the characters of a CSV file: "utf-8", "utf-16" or "gb18030".
	Format, Encoding string
	// Header holds the names of the columns, as they are written.
	Header []string
	// Rows are the rows below the header; blank ones are left out.
	Rows []Row
}

// Row is one row.
type Row struct {
	// Line is the number of the line, or of the row of the sheet, from 1.
	Line int
	// Cells may be fewer than the header has, never more.
	Cells []string
	// Fault says why the row cannot be read, "" for a sound one.
	Fault string
}

// Cell returns the text of a column, "" where the row has none.
func (r *Row) Cell(column int) string {
	if column >= 0 && column < len(r.Cells) {
		return r.Cells[column]
	}
	return ""
}

// Unreadable says why a file cannot be read at all.
type Unreadable struct {
	// Line is where the trouble lies, 0 for the file as a whole.
	Line   int
	Reason string
}

func (e *Unreadable) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return e.Reason
}

func unreadable(format string, args ...any) *Unreadable {
	return &Unreadable{Reason: fmt.Sprintf(format, args...)}
}

// Read reads a file; it finds out itself of which format it is.
func Read(data []byte, limits Limits) (*Table, error) {
	b := builder{limits: limits.withDefaults()}
	var err error
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, unreadable("is empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		err = b.readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, unreadable("is an old XLS file, or protected by a password: save it as XLSX or CSV")
	default:
		err = b.readCSV(data)
	}
	if err != nil {
		return nil, err
	}
	if len(b.table.Header) == 0 {
		return nil, unreadable("has no header: the first row must name the columns")
	}
	return &b.table, nil
}

// builder gathers the rows of a file within its limits.
type builder struct {
	limits Limits
	table  Table
}

// add takes a row; the first one that is not blank is the header.
func (b *builder) add(line int, cells []string, fault string) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 && fault == "" {
		return nil
	}
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
		if len(cell) > b.limits.CellBytes {
			cells[i], fault = "", fmt.Sprintf("column %d has more than %d bytes", i+1, b.limits.CellBytes)
		}
	}
	if b.table.Header == nil {
		switch {
		case fault != "":
			return &Unreadable{Line: line, Reason: "the header cannot be read: " + fault}
		case len(cells) > b.limits.Columns:
			return &Unreadable{Line: line, Reason: fmt.Sprintf("has %d columns, at most %d are allowed",
				len(cells), b.limits.Columns)}
		}
		b.table.Header = cells
		return nil
	}
	if len(b.table.Rows) >= b.limits.Rows {
		return &Unreadable{Line: line, Reason: fmt.Sprintf("at most %d rows are allowed: split the file",
			b.limits.Rows)}
	}
	if n := len(b.table.Header); len(cells) > n {
		fault = fmt.Sprintf("has %d cells, the header has %d", len(cells), n)
		cells = cells[:n]
	}
	b.table.Rows = append(b.table.Rows, Row{Line: line, Cells: cells, Fault: fault})
	return nil
}
