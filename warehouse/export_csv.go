package warehouse

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
)

// csvEncoder writes RFC 4180 in UTF-8 with a header and CRLF line ends.
//
// A spreadsheet runs a cell that starts like a formula, even from a file of plain data: a product
// named =HYPERLINK(…) would phone home from the planner's desk. Such a text gets an apostrophe in
// front, as OWASP advises. Numbers are written by us and keep their minus sign.
type csvEncoder struct {
	columns []Column
	w       *csv.Writer
	line    []string
}

func newCSV(columns []Column, w io.Writer) (*csvEncoder, error) {
	e := &csvEncoder{columns: columns, w: csv.NewWriter(w), line: make([]string, len(columns))}
	e.w.UseCRLF = true
	for i, c := range columns {
		e.line[i] = c.Name
	}
	return e, e.w.Write(e.line)
}

func (e *csvEncoder) write(batch arrow.Record) error {
	rows, err := appendRows(nil, e.columns, batch)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for j, v := range row {
			e.line[j] = text(v)
			if s, ok := v.(string); ok {
				e.line[j] = harmless(s)
			}
		}
		if err := e.w.Write(e.line); err != nil {
			return err
		}
	}
	e.w.Flush()
	return e.w.Error()
}

func (e *csvEncoder) close() error {
	e.w.Flush()
	return e.w.Error()
}

// harmless disarms a text that a spreadsheet would take for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
