//go:build synctests

package simulation_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"

	"github.com/tillstream/tillstream/stream/fact"
)

// tables are the fields of a fact.Batch that hold rows.
var tables = func() []string {
	var all []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[fact.Batch]()) {
		if f.Type.Kind() == reflect.Struct && f.Name != "Range" {
			all = append(all, f.Name)
		}
	}
	return all
}()

// body is what a client sends of one table.
type body struct {
	table string
	// places say where each row comes from, rows what else it holds, bit for bit.
	places []place
	rows   []string
	// sums are what the rollups of the table make of the rows.
	sums sums
}

// columns appends the columns of a table, those of its parts too, to the rows.
func columns(rows [][]byte, t reflect.Value) {
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case t.Type().Field(i).Name == "Origin":
		case f.Kind() == reflect.Struct:
			columns(rows, f)
		default:
			column(rows, f.Interface())
		}
	}
}

// place is where a row comes from.
type place struct {
	topic     string
	partition uint16
	offset    uint64
	row       uint32
}

// bodies renders a batch, table by table. Where records lie is kept apart: a recomputation does not
// know it.
func bodies(b *fact.Batch) []body {
	var all []body
	v := reflect.ValueOf(b).Elem()
	for _, name := range tables {
		t := v.FieldByName(name)
		o := t.FieldByName("Origin").Addr().Interface().(*fact.Origin)
		if o.Len() == 0 {
			continue
		}
		made := body{table: name, sums: make(sums)}
		rows := make([][]byte, o.Len())
		for i := range rows {
			made.places = append(made.places, place{b.Range.Topic, o.Partition[i], o.Offset[i], o.Row[i]})
		}
		column(rows, o.Row)
		column(rows, o.Committed)
		columns(rows, t)
		for _, row := range rows {
			made.rows = append(made.rows, string(row))
		}
		switch name {
		case "OrderLines":
			made.sums.orderLines(&b.OrderLines)
		case "Behaviours":
			made.sums.behaviours(&b.Behaviours)
		case "StockMoves":
			made.sums.stockMoves(&b.StockMoves)
		}
		all = append(all, made)
	}
	return all
}

// column appends one column's bits to the rows.
func column(rows [][]byte, values any) {
	switch values := values.(type) {
	case []uint8:
		each(rows, values, func(b []byte, v uint8) []byte { return append(b, v) })
	case []uint16:
		each(rows, values, binary.BigEndian.AppendUint16)
	case []uint32:
		each(rows, values, binary.BigEndian.AppendUint32)
	case []uint64:
		each(rows, values, binary.BigEndian.AppendUint64)
	case []int32:
		each(rows, values, func(b []byte, v int32) []byte {
			return binary.BigEndian.AppendUint32(b, uint32(v))
		})
	case []int64:
		each(rows, values, func(b []byte, v int64) []byte {
			return binary.BigEndian.AppendUint64(b, uint64(v))
		})
	case []float64:
		each(rows, values, func(b []byte, v float64) []byte {
			return binary.BigEndian.AppendUint64(b, math.Float64bits(v))
		})
	case []bool:
		each(rows, values, func(b []byte, v bool) []byte {
			if v {
				return append(b, 1)
			}
			return append(b, 0)
		})
	case []string:
		each(rows, values, appendText)
	case [][]string:
		each(rows, values, func(b []byte, list []string) []byte {
			b = binary.BigEndian.AppendUint32(b, uint32(len(list)))
			for _, v := range list {
				b = appendText(b, v)
			}
			return b
		})
	case [][]int64:
		each(rows, values, func(b []byte, list []int64) []byte {
			b = binary.BigEndian.AppendUint32(b, uint32(len(list)))
			for _, v := range list {
				b = binary.BigEndian.AppendUint64(b, uint64(v))
			}
			return b
		})
	default:
		panic(fmt.Sprintf("BUG: a column of type %T is not compared", values))
	}
}

// appendText appends a text behind its length.
func appendText(b []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...)
}

func each[T any](rows [][]byte, values []T, f func([]byte, T) []byte) {
	if len(values) != len(rows) {
		panic(fmt.Sprintf("BUG: a column has %d values, its table %d rows", len(values), len(rows)))
	}
	for i, v := range values {
		rows[i] = f(rows[i], v)
	}
}
