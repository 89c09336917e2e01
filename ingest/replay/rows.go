package replay

import "iter"

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
		t.each(row, func(err error) bool {
			if err != nil {
				yield(nil, err)
				return false
			}
			return yield(row, nil)
		})
	}
}
