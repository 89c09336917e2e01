package gateway

import (
	"bytes"
	"fmt"

	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// fault is one place of a row that is wrong.
type fault struct {
	path, value, reason string
}

// batch is a request on its way through the gateway, row by row.
type batch struct {
	rows   []row
	faults [][]fault // by row, nil for a good one
	sender sender
}

func (b *batch) refuse(i int, path, value, reason string) {
	b.faults[i] = append(b.faults[i], fault{path, value, reason})
}

// bodyError says why nothing of a body can be taken.
type bodyError struct {
	status int
	faults []fault
}

// readArray reads a JSON array of events.
func readArray(body []byte, limit int) (*batch, *bodyError) {
	r := scan.New(body)
	b := &batch{}
	r.Rows(limit, func(int) { b.rows = append(b.rows, readRow(r)) })
	r.End()
	b.faults = make([][]fault, len(b.rows))
	var whole []fault
	for _, f := range r.Faults() {
		if f.Row < 0 {
			whole = append(whole, fault{f.Path, f.Value, f.Reason})
		} else {
			b.refuse(f.Row, f.Path, f.Value, f.Reason)
		}
	}
	switch {
	case r.Broken():
		return nil, &bodyError{400, whole}
	case len(whole) > 0:
		return nil, &bodyError{422, whole}
	}
	return b.checkSize(len(b.rows), limit)
}

// readLines reads one event a line. A line that is no JSON is one wrong row among good ones.
func readLines(body []byte, limit int) (*batch, *bodyError) {
	b := &batch{}
	n := 0
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if n++; n > limit {
			continue
		}
		i := len(b.rows)
		b.faults = append(b.faults, nil)
		r := scan.New(line)
		b.rows = append(b.rows, readRow(r))
		r.End()
		for _, f := range r.Faults() {
			path := fmt.Sprintf("[%d]", i)
			if f.Path != "" {
				path += "." + f.Path
			}
			b.refuse(i, path, f.Value, f.Reason)
		}
	}
	return b.checkSize(n, limit)
}

func (b *batch) checkSize(n, limit int) (*batch, *bodyError) {
	switch {
	case n == 0:
		return nil, &bodyError{422, []fault{{"", "", "holds no event"}}}
	case n > limit:
		return nil, &bodyError{422, []fault{{"", "", fmt.Sprintf(
			"holds %d events, at most %d are allowed", n, limit)}}}
	}
	return b, nil
}
