package warehouse

import (
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/metric"
)

const (
	maxDays       = 3_660 // ten years
	maxDaysHour   = 732   // of a course of hours
	maxDaysMinute = 31    // of a course of minutes
	secondsADay   = 86_400
)

// span is what a query covers: business days, or instants in seconds since 1970.
type span struct {
	instants bool
	// from (included) and to (excluded) are days or seconds.
	from, to int64
	// needs is the resolution that cutting at from and to takes.
	needs metric.Resolution
}

// shift moves the compared span onto the asked one: by months, or by days or seconds.
type shift struct{ months, amount int64 }

func readSpan(q Query, now time.Time, zone *time.Location) (span, error) {
	if q.From == "" && q.To != "" {
		return span{}, InvalidQuery{Field: "from", Reason: "to is given without from"}
	}
	today := retail.DayOf(now.In(zone))
	from, instants, err := readBound("from", q.From, today)
	if err != nil {
		return span{}, err
	}
	open := int64(today) + 1
	if instants {
		open = now.Unix() + 1
	}
	s := span{instants: instants, from: from, to: max(open, from+1)}
	if q.To != "" {
		to, toInstant, err := readBound("to", q.To, today)
		if err != nil {
			return span{}, err
		}
		if toInstant != instants {
			return span{}, InvalidQuery{Field: "to", Value: q.To,
				Reason: "from and to must both be days or both be instants"}
		}
		s.to = to
	}
	return s, s.check(q)
}

// readBound reads a day or an instant; "" is the day given.
func readBound(field, text string, empty retail.Day) (v int64, instant bool, err error) {
	if text == "" {
		return int64(empty), false, nil
	}
	if day, err := retail.ParseDay(text); err == nil {
		return int64(day), false, checkYear(field, text, day.Midnight())
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, false, InvalidQuery{Field: field, Value: text,
			Reason: "want a day such as 2017-01-31 or an instant such as 2017-01-31T08:00:00+08:00"}
	}
	if at.Nanosecond() != 0 {
		return 0, false, InvalidQuery{Field: field, Value: text, Reason: "want whole seconds"}
	}
	return at.Unix(), true, checkYear(field, text, at)
}

func checkYear(field, text string, at time.Time) error {
	if at.Year() < 2000 || at.Year() > 2100 {
		return InvalidQuery{Field: field, Value: text, Reason: "want a year from 2000 to 2100"}
	}
	return nil
}

func (s *span) check(q Query) error {
	s.needs = metric.ByDay
	if s.instants {
		s.needs = metric.ByInstant
		for _, step := range []struct {
			seconds int64
			needs   metric.Resolution
		}{{60, metric.ByMinute}, {3_600, metric.ByHour}} {
			if s.from%step.seconds == 0 && s.to%step.seconds == 0 {
				s.needs = step.needs
			}
		}
	}
	if s.to <= s.from {
		return InvalidQuery{Field: "to", Value: q.To, Reason: "to must lie after from"}
	}
	return s.limit("to", q.To, maxDays, "a query")
}

// limit refuses a span of more than days.
func (s *span) limit(field, value string, days int64, what string) error {
	length := s.to - s.from
	if s.instants {
		length = (length + secondsADay - 1) / secondsADay
	}
	if length > days {
		return InvalidQuery{Field: field, Value: value,
			Reason: what + " covers at most " + strconv.FormatInt(days, 10) + " days"}
	}
	return nil
}

// wholeMonths returns the number of months that s consists of, or 0.
func (s *span) wholeMonths() int64 {
	if s.instants {
		return 0
	}
	from, to := retail.Day(s.from).Midnight(), retail.Day(s.to).Midnight()
	if from.Day() != 1 || to.Day() != 1 {
		return 0
	}
	return int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
}

// shift is how far the compared span lies back, for the comparisons that go by the calendar alone.
func (s *span) shift(compare string) (by shift, err error) {
	unit := int64(1)
	if s.instants {
		unit = secondsADay
	}
	switch months := s.wholeMonths(); {
	case compare == "previous" && months > 0:
		by.months = months
	case compare == "previous":
		by.amount = s.to - s.from
	case compare == "weekday" || compare == "week":
		by.amount = 7 * unit
	case compare == "year" && months > 0:
		by.months = 12
	case compare == "weekday-year" || compare == "year":
		by.amount = 364 * unit
	default:
		return by, InvalidQuery{Field: "compare", Value: compare, Reason: "unknown comparison",
			Known: Comparisons()}
	}
	return by, nil
}

func (s *span) back(v int64, by shift) int64 {
	if by.months == 0 {
		return v - by.amount
	}
	t := retail.Day(v).Midnight().AddDate(0, -int(by.months), 0)
	return int64(retail.DayOf(t))
}

// days returns the business days that s can touch in any time zone, both included.
func (s *span) days() (first, last retail.Day) {
	if !s.instants {
		return retail.Day(s.from), retail.Day(s.to - 1)
	}
	return retail.Day(s.from/secondsADay - 1), retail.Day(s.to/secondsADay + 1)
}
