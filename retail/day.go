package retail

import (
	"fmt"
	"time"
)

// Day is a business day: days since 1970-01-01 on the store's own calendar.
type Day int32

// DefaultTimeZone is the zone of a store that names none.
const DefaultTimeZone = "Asia/Shanghai"

// DayOf returns the calendar day of t in t's own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// ParseDay reads a day written as 2017-01-31.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("cannot read day %q: want YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Midnight returns the first instant of the day at UTC, the form in which databases take a date.
func (d Day) Midnight() time.Time { return time.Unix(int64(d)*86_400, 0).UTC() }

// String prints the day as 2017-01-31.
func (d Day) String() string { return d.Midnight().Format(time.DateOnly) }
