// Package lunar lays days of one year upon those of the year before by the Chinese calendar. In come the
// first and the last day of a span; out comes how many days the span moves back, and the festival that
// then falls upon itself.
//
// A span moves as a whole, so that a course of days stays a course of days. Moving each day by its own
// lunar date was rejected: a leap month would count twice or not at all, and the thirtieth of a month
// may not exist in the year before.
package lunar

import (
	"fmt"
	"time"

	"github.com/6tail/lunar-go/calendar"

	"github.com/tillstream/tillstream/retail"
)

// Festival is a day of the lunar year.
type Festival struct {
	Name       string
	month, day int
}

// festivals are those for which people shop, the greatest first. It is never written after its
// declaration.
var festivals = []Festival{
	{"Spring Festival", 1, 1},
	{"Mid-Autumn Festival", 8, 15},
	{"Dragon Boat Festival", 5, 5},
	{"Lantern Festival", 1, 15},
	{"Qixi Festival", 7, 7},
	{"Double Ninth Festival", 9, 9},
	{"Laba Festival", 12, 8},
}

// Alignment lays a span upon the year before.
type Alignment struct {
	Festival string
	// Day is the festival of the span, Before the same one a year earlier.
	Day, Before retail.Day
}

// Days is how far the span moves back.
func (a Alignment) Days() int64 { return int64(a.Day - a.Before) }

// String names the festival and its two days.
func (a Alignment) String() string {
	return fmt.Sprintf("%s, %s and %s", a.Festival, a.Day, a.Before)
}

// Conflict says that a span holds two festivals that moved by different numbers of days.
type Conflict struct{ A, B Alignment }

// Error implements error.
func (c *Conflict) Error() string {
	return fmt.Sprintf("%s moved by %d days and %s by %d: ask for the two apart",
		c.A.Festival, c.A.Days(), c.B.Festival, c.B.Days())
}

// Align finds the festival that a span from first to last, both included, goes by: the greatest that
// lies in it, else the nearest to it.
func Align(first, last retail.Day) (Alignment, error) {
	var inside []Alignment
	var nearest Alignment
	distance := retail.Day(1 << 30)
	from, to := first.Midnight().Year()-1, last.Midnight().Year()+1
	before := days(from - 1)
	for year := from; year <= to; year++ {
		now := days(year)
		for i, f := range festivals {
			a := Alignment{f.Name, now[i], before[i]}
			switch away := max(first-a.Day, a.Day-last); {
			case away <= 0:
				inside = append(inside, a)
			case away < distance:
				nearest, distance = a, away
			}
		}
		before = now
	}
	if len(inside) == 0 {
		return nearest, nil
	}
	greatest := inside[0]
	for _, a := range inside[1:] {
		if a.Days() != greatest.Days() {
			return Alignment{}, &Conflict{greatest, a}
		}
		if rank(a.Festival) < rank(greatest.Festival) {
			greatest = a
		}
	}
	return greatest, nil
}

func rank(name string) int {
	for i, f := range festivals {
		if f.Name == name {
			return i
		}
	}
	panic("BUG: no festival " + name)
}

// days are those of the festivals in a lunar year, which is named after the year in which it begins. The
// library computes a year in a millisecond, and a single date no faster.
func days(year int) []retail.Day {
	y := calendar.NewLunarYear(year)
	all := make([]retail.Day, len(festivals))
	for i, f := range festivals {
		s := calendar.NewSolarFromJulianDay(y.GetMonth(f.month).GetFirstJulianDay())
		first := time.Date(s.GetYear(), time.Month(s.GetMonth()), s.GetDay(), 0, 0, 0, 0, time.UTC)
		all[i] = retail.DayOf(first) + retail.Day(f.day-1)
	}
	return all
}
