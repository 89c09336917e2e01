package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Cell is a text or a number.
type Cell struct {
	Text   string
	Number float64
	// Numeric says that Number is the value.
	Numeric bool
}

// Text makes a cell of a text.
func Text(s string) Cell { return Cell{Text: s} }

// Number makes a cell of a number.
func Number(v float64) Cell { return Cell{Number: v, Numeric: true} }

func (c Cell) number() string { return strconv.FormatFloat(c.Number, 'f', -1, 64) }

// WriteCSV writes a table as UTF-8 with the mark that tells Excel so. Texts that spreadsheet programs would
// take for formulas carry a leading apostrophe, which Read takes off.
func WriteCSV(w io.Writer, header []string, rows [][]Cell) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(header); err != nil {
		return err
	}
	for _, row := range rows {
		line := make([]string, len(row))
		for i, c := range row {
			if line[i] = guard(c.Text); c.Numeric {
				line[i] = c.number()
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteXLSX writes a table as the one sheet of a workbook, its header frozen.
func WriteXLSX(w io.Writer, name string, header []string, rows [][]Cell) (err error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("cannot name the sheet %q: %w", name, err)
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("cannot write the sheet %q: %w", name, err)
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2",
		ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("cannot freeze the header of %q: %w", name, err)
	}
	line := make([]any, len(header))
	for i, h := range header {
		line[i] = h
	}
	for n := 1; ; n++ {
		if err := out.SetRow("A"+strconv.Itoa(n), line); err != nil {
			return fmt.Errorf("cannot write row %d: %w", n, err)
		}
		if n > len(rows) {
			break
		}
		line = line[:0]
		for _, c := range rows[n-1] {
			if c.Numeric {
				line = append(line, c.Number)
			} else {
				line = append(line, c.Text)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("cannot write the sheet %q: %w", name, err)
	}
	return f.Write(w)
}
