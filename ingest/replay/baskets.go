package replay

import (
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// BasketColumns are the columns of a history of baskets, of which some are to be foretold.
func BasketColumns() []string { return []string{"user_id", "split", "basket_no", "item_id"} }

// BasketLine is an item of a basket. Users and items are numbered 1, 2, 3, … in the order in which they
// come.
type BasketLine struct {
	User, Item, No int64
	// Future lines are of a basket behind all of the history, wherever its number lies. Of a user who is
	// Asked the newest basket is to be foretold.
	Future, Asked bool
}

// splits says of each split whether its users' last basket is a question.
func splits() map[string]bool {
	return map[string]bool{"history": false, "train": false, "validate": false, "future": true, "test": true}
}

// mostRows bounds the rows of a history: a row costs some 60 bytes.
const mostRows = 100_000_000

// Baskets yields the lines of a history of baskets. It ends with the first error, which names file, line,
// field and value: half of a history would be none.
func (f *File) Baskets() iter.Seq2[BasketLine, error] {
	return func(yield func(BasketLine, error) bool) {
		users, items, known, rows := numbering{}, numbering{}, splits(), 0
		for row, err := range f.Rows(BasketColumns()...) {
			l := BasketLine{}
			if err == nil {
				rows++
				l, err = readBasketLine(row, rows, known, users, items)
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func readBasketLine(row Row, rows int, known map[string]bool, users, items numbering) (l BasketLine,
	err error) {
	if rows > mostRows {
		return l, row.Bad(0, fmt.Sprintf("more than %d rows", mostRows))
	}
	if i := slices.Index(row.Values, ""); i >= 0 {
		return l, row.Bad(i, "empty")
	}
	var ok bool
	if l.Asked, ok = known[row.Values[1]]; !ok {
		return l, row.Bad(1, "none of history, future, train, validate, test")
	}
	if l.No, err = strconv.ParseInt(row.Values[2], 10, 64); err != nil {
		return l, row.Bad(2, "not a whole number")
	}
	l.User, l.Item = users.of(row.Values[0]), items.of(row.Values[3])
	l.Future = row.Values[1] == "future"
	return l, nil
}

// numbering gives texts the numbers 1, 2, 3, … in the order in which they come.
type numbering map[string]int64

func (n numbering) of(text string) int64 {
	i, ok := n[text]
	if !ok {
		i = int64(len(n) + 1)
		n[strings.Clone(text)] = i
	}
	return i
}

// TaFeng opens the public TaFeng baskets in a folder of data sets.
func TaFeng(data string) (*File, error) {
	return OpenFile(filepath.Join(data, "tafeng_nbr", "tafeng_baskets.csv.xz"))
}
