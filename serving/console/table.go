package console

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// appendTable appends the table as JSON: its rows are objects keyed by column, in column order.
func appendTable(dst []byte, t *warehouse.Table) []byte {
	dst = append(dst, `{"columns":`...)
	columns := t.Columns
	if columns == nil {
		columns = []warehouse.Column{}
	}
	dst = appendJSON(dst, columns)
	keys := make([][]byte, len(t.Columns))
	for i, c := range t.Columns {
		keys[i] = append(appendJSON(nil, c.Name), ':')
	}
	dst = append(dst, `,"rows":[`...)
	for i, row := range t.Rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '{')
		for j, v := range row {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(append(dst, keys[j]...), v)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, `],"as_of":"`...)
	dst = t.AsOf.UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, `","truncated":`...)
	dst = strconv.AppendBool(dst, t.Truncated)
	if t.Compared != nil {
		dst = appendJSON(append(dst, `,"compared":`...), t.Compared)
	}
	return append(dst, '}')
}

func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case retail.Money:
		return v.Append(dst)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(dst, "null"...)
		}
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	case time.Time:
		dst = append(dst, '"')
		return append(v.UTC().AppendFormat(dst, time.RFC3339Nano), '"')
	}
	return appendJSON(dst, v)
}

func appendJSON(dst []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, text...)
}
