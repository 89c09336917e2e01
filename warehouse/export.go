package warehouse

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/tillstream/tillstream/retail"
)

// Formats lists the formats that Export writes.
func Formats() []string { return []string{"csv", "parquet"} }

// encoder writes an answer in one format, batch by batch.
type encoder interface {
	write(batch arrow.Record) error
	close() error
}

// newEncoder returns the encoder of a format.
func newEncoder(format string, columns []Column, w io.Writer) (encoder, error) {
	switch format {
	case "csv":
		return newCSV(columns, w)
	case "parquet":
		return newParquet(columns, w)
	}
	return nil, InvalidQuery{Field: "format", Value: format, Reason: "unknown format", Known: Formats()}
}

// text is how a value stands in a text file: money with two places, instants in RFC 3339, nothing for
// what is undefined.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case retail.Money:
		return v.String()
	case interface{ Format(string) string }:
		return v.Format("2006-01-02T15:04:05Z07:00")
	}
	return fmt.Sprint(v)
}
