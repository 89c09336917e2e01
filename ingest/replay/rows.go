package replay

import (
	"errors"
	"io"
	"iter"
)

// Rows reads DIR/base.csv.xz, or else DIR/base.csv, and yields the wanted columns of each row; the slice
// is used again for the next. It ends with the first error, which names file and line.
func Rows(dir, base string, columns ...string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		t, err := openTable(dir, base, columns...)
		if err != nil {
			yield(nil, err)
			return
		}
		defer t.close()
		row := make([]string, len(columns))
		for {
			err := t.next(row)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}
