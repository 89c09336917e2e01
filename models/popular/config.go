package popular

import "time"

// Config says how sales are weighed. Zeros take defaults.
type Config struct {
	// Long and Short are half-lives in days: what sells, and what sells now. Default 28 and 3.
	Long, Short float64
	// StorePrior is how many units of its own outweigh the chain at a store. Default 200.
	StorePrior float64
	// LiftPrior is how many units of an item outweigh the chain's hours, weekdays and seasons. Default
	// 30.
	LiftPrior float64
	// TrendPrior is how many units outweigh the belief that nothing has changed. Default 8.
	TrendPrior float64
	// Candidates is how many items a store's list holds before hour and season order them. Default 300.
	// Cost: 8 bytes each, and some nanoseconds of an answer.
	Candidates int
	// StoreItems is how many items are counted for one store; when twice as many are there the least
	// sold half goes. Default 8,192. Cost: about 40 bytes each.
	StoreItems int
	// Stores is how many stores are counted; sales of further ones count for the chain only. Default
	// 10,000.
	Stores int
}

func (c Config) orDefault() Config {
	for _, d := range []struct {
		v *float64
		d float64
	}{{&c.Long, 28}, {&c.Short, 3}, {&c.StorePrior, 200}, {&c.LiftPrior, 30}, {&c.TrendPrior, 8}} {
		if !(*d.v > 0 && *d.v < 1e6) {
			*d.v = d.d
		}
	}
	for _, d := range []struct {
		v *int
		d int
	}{{&c.Candidates, 300}, {&c.StoreItems, 8192}, {&c.Stores, 10_000}} {
		if *d.v <= 0 {
			*d.v = d.d
		}
	}
	return c
}

// Moment is when somebody asks, at the store.
type Moment struct {
	Hour    uint8 // 0 … 23
	Weekday uint8 // 0 is Sunday
	Season  uint8 // the quarter of the year, 0 … 3
}

const (
	hours    = 24
	weekdays = 7
	seasons  = 4
	slots    = hours + weekdays + seasons
)

// At is the moment of an instant where clocks are offsetSeconds ahead of UTC.
func At(unix int64, offsetSeconds int) Moment {
	t := time.Unix(unix+int64(offsetSeconds), 0).UTC()
	return Moment{uint8(t.Hour()), uint8(t.Weekday()), uint8(t.Month()-1) / 3}
}

// slots are the three cells of a moment in a profile.
func (m Moment) slots() [3]int {
	const quarter = hours + weekdays
	return [3]int{int(m.Hour) % hours, hours + int(m.Weekday)%weekdays, quarter + int(m.Season)%seasons}
}
