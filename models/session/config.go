package session

// Config says how much is kept and how sessions are compared.
type Config struct {
	// Sessions is how many sessions are kept. Default 200,000. Cost: about 100 bytes and 8 bytes a
	// click each.
	Sessions int
	// Length is how many different items of a session are kept, the first ones; a session that goes on
	// much longer is a robot's. Default 50.
	Length int
	// Clicks is how many different items of the visitor count, the newest ones. Default 9, at most 10.
	Clicks int
	// Recent is m, how many of the newest sessions that share an item are compared. Default 500. Cost
	// of an answer: m × Clicks comparisons.
	Recent int
	// Neighbours is k, how many of those vote. Default 100. Cost of an answer: k × length of a session.
	Neighbours int
	// Near is how many places away from the shared item a vote falls to 37 %. Default 3; below 0 means
	// that distance does not matter.
	Near float64
	// Back multiplies the votes for items that were looked at before the shared one. Default 0.5, below
	// 0 means 0.
	Back float32
	// HalfLife is the age in seconds, counted from the newest session, at which a session weighs half.
	// Default 0: age does not matter beyond Recent.
	HalfLife float64
	// Gap is how many seconds without a click end a running session. Default 1,800.
	Gap int64
	// Again lets an answer hold what the visitor has just looked at. Default: it does not.
	Again bool
}

func (c Config) orDefault() Config {
	for _, d := range []struct {
		v    *int
		d, m int
	}{{&c.Sessions, 200_000, 1 << 28}, {&c.Length, 50, 1000}, {&c.Clicks, 9, 10}, {&c.Recent, 500, 1 << 20},
		{&c.Neighbours, 100, 1 << 20}} {
		if *d.v <= 0 {
			*d.v = d.d
		}
		*d.v = min(*d.v, d.m)
	}
	if c.Near == 0 || c.Near != c.Near {
		c.Near = 3
	}
	if c.Back == 0 || c.Back != c.Back {
		c.Back = .5
	}
	c.Back = max(0, min(c.Back, 1))
	if !(c.HalfLife > 0) {
		c.HalfLife = 0
	}
	if c.Gap <= 0 {
		c.Gap = 1800
	}
	return c
}
