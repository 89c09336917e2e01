package replay

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// maxQty is the largest quantity that the order service takes in one line.
const maxQty = 100_000

// earliest and latest bound the times that a document may carry.
var earliest, latest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// quantity reads a whole number within ±maxQty.
func quantity(t *table, field, value string) (int32, error) {
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil {
		return 0, t.bad(field, value, "not a whole number")
	}
	if n < -maxQty || n > maxQty {
		return 0, t.bad(field, value, fmt.Sprintf("beyond ±%d", maxQty))
	}
	return int32(n), nil
}

// amount reads a decimal amount that is not negative.
func amount(t *table, field, value string) (retail.Money, error) {
	m, err := retail.ParseMoney(value)
	if err != nil {
		return 0, t.bad(field, value, "not an amount: "+reason(err))
	}
	if m < 0 {
		return 0, t.bad(field, value, "negative")
	}
	return m, nil
}

// code reads a code that must be there and short enough for the write API.
func code(t *table, field, value string) error {
	if value == "" {
		return t.bad(field, value, "empty")
	}
	if len(value) > wire.MaxCode-8 {
		return t.bad(field, value, fmt.Sprintf("longer than %d bytes", wire.MaxCode-8))
	}
	return nil
}

func instant(t *table, field, value, layout string, zone *time.Location) (time.Time, error) {
	at, err := time.ParseInLocation(layout, value, zone)
	if err != nil {
		return time.Time{}, t.bad(field, value, "not a time such as "+layout)
	}
	if at.Before(earliest) || !at.Before(latest) {
		return time.Time{}, t.bad(field, value, "outside the years 2000 to 2099")
	}
	return at, nil
}

// reason strips the value that the caller names already.
func reason(err error) string {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err.Error()
		}
		err = inner.Unwrap()
	}
}

// shorten cuts a text to what the write API takes as a name or reason.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := 0
	for i := range s {
		if i > most {
			break
		}
		cut = i
	}
	return s[:cut]
}

// perUnit is the price of one of qty, rounded half up: informative only, since fuel is counted in
// thousandths.
func perUnit(gross retail.Money, qty int32) retail.Money {
	if qty <= 0 {
		return 0
	}
	return (gross + retail.Money(qty)/2) / retail.Money(qty)
}
