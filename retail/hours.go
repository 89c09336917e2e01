package retail

import (
	"cmp"
	"slices"
	"time"
)

// Span is a time of opening in minutes after local midnight. Closes may lie past 1440, up to 2880, for a
// store that trades beyond midnight.
type Span struct{ Opens, Closes int }

// Hours are the opening hours of a store.
type Hours struct {
	// Week lists the spans of each weekday from Sunday; a weekday without spans is closed. nil says that
	// nothing was told: then OpensMinute and ClosesMinute hold on every day.
	Week [][]Span
	// Special are the days that differ, in ascending order.
	Special []SpecialDay
}

// SpecialDay is a day with hours of its own, such as a holiday.
type SpecialDay struct {
	Day Day
	// Spans is empty when the store is closed.
	Spans []Span
}

// Interval is a time in which a store is open.
type Interval struct{ Opens, Closes time.Time }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.Midnight().Weekday() }

// SpansOn lists when the store opens on a day.
func (s *Store) SpansOn(d Day) []Span {
	at, special := slices.BinarySearchFunc(s.Hours.Special, d, func(x SpecialDay, d Day) int {
		return cmp.Compare(x.Day, d)
	})
	if special {
		return s.Hours.Special[at].Spans
	}
	if len(s.Hours.Week) == 7 {
		return s.Hours.Week[d.Weekday()]
	}
	return []Span{{s.OpensMinute, s.ClosesMinute}}
}

// OpenAt reports whether the store trades at the instant t.
func (s *Store) OpenAt(t time.Time, zone *time.Location) bool {
	local := t.In(zone)
	day, minute := DayOf(local), local.Hour()*60+local.Minute()
	within := func(minute int) func(Span) bool {
		return func(x Span) bool { return minute >= x.Opens && minute < x.Closes }
	}
	return slices.ContainsFunc(s.SpansOn(day), within(minute)) ||
		slices.ContainsFunc(s.SpansOn(day-1), within(minute+1440))
}

// OpenFrom lists when the store is open from the instant t on, for so many days, in ascending order; what
// touches is one interval, which may have begun before t. A store that never closes has one interval,
// which ends with the last day.
func (s *Store) OpenFrom(t time.Time, zone *time.Location, days int) []Interval {
	first := DayOf(t.In(zone))
	var out []Interval
	for d := first - 1; d < first+Day(days); d++ {
		y, m, day := d.Midnight().Date()
		for _, span := range s.SpansOn(d) {
			// The wall clock counts, also on days whose length summer time changes.
			next := Interval{Opens: time.Date(y, m, day, 0, span.Opens, 0, 0, zone),
				Closes: time.Date(y, m, day, 0, span.Closes, 0, 0, zone)}
			if !next.Closes.After(t) {
				continue
			}
			if n := len(out); n > 0 && !next.Opens.After(out[n-1].Closes) {
				out[n-1].Closes = later(out[n-1].Closes, next.Closes)
				continue
			}
			out = append(out, next)
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
