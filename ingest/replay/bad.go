package replay

import (
	"errors"
	"fmt"
	"io"
)

// BadLine is a row that could not be used, and why.
type BadLine struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
}

// Error says where the row is and what is wrong with it.
func (b *BadLine) Error() string {
	if b.Field == "" {
		return fmt.Sprintf("%s line %d: %s", b.File, b.Line, b.Reason)
	}
	return fmt.Sprintf("%s line %d: %s is %q: %s", b.File, b.Line, b.Field, b.Value, b.Reason)
}

// TooManyBad says that the limit on unusable rows was passed, which means that the file is not what
// it claims to be.
type TooManyBad struct {
	Limit int
	First []BadLine
}

// Error names the limit and the first bad row.
func (e *TooManyBad) Error() string {
	return fmt.Sprintf("more than %d unusable rows, the first: %v", e.Limit, &e.First[0])
}

// badLines collects unusable rows up to a limit.
type badLines struct {
	limit int
	list  []BadLine
}

// add keeps b, or fails when there are too many.
func (l *badLines) add(b *BadLine) error {
	l.list = append(l.list, *b)
	if len(l.list) > l.limit {
		return &TooManyBad{Limit: l.limit, First: l.list[:min(len(l.list), 10)]}
	}
	return nil
}

// eachRow calls use for every readable row of t. A row that use refuses with a *BadLine is kept in
// bad and the rest goes on; any other error ends the reading.
func eachRow(t *table, limit int, bad *badLines, use func(row []string) error) error {
	defer t.close()
	row := make([]string, len(t.columns))
	for n := 0; ; n++ {
		err := t.next(row)
		if err == io.EOF {
			return nil
		}
		if err == nil && n >= limit {
			return fmt.Errorf("cannot read %s: more than %d rows", t.name, limit)
		}
		if err == nil {
			err = use(row)
		}
		var one *BadLine
		if errors.As(err, &one) {
			err = bad.add(one)
		}
		if err != nil {
			return err
		}
	}
}
