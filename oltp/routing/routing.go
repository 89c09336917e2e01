// Package routing decides which stores serve an order.
//
// An order's lines, its destination and the stores that might serve it come in; a Decision goes out: one
// store with all lines, or, only when no single store can, a split over as few stores as possible, and
// for every store why it was chosen, ranked or refused. Nothing is read or written, and the same request
// always gives the same decision.
//
// Guaranteed: no store is assigned more than it has available; no store serves beyond its radius, while
// it is closed for longer than the service waits, above its capacity, without the service, or again after
// it has declined; one store serves whenever one can; of stores that are equal otherwise the nearest is
// taken. Distances are great-circle distances, not ways by road.
package routing

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// DefaultRadiusMetres is how far a store delivers within its city unless chain or store say otherwise.
const DefaultRadiusMetres = 3_000

// Config sets the rules of a chain. The zero Config is usable.
type Config struct {
	// RadiusMetres is how far a store delivers within its city unless it says otherwise.
	// Default DefaultRadiusMetres.
	RadiusMetres int32
	// LoadMetres is the detour that a store at its full hourly capacity is worth avoiding; a store at
	// half capacity counts half of it. Default 500 m.
	LoadMetres int64
	// SpreadMetres takes the place of LoadMetres in a promotion. Default 20,000 m: capacity then counts
	// more than nearness.
	SpreadMetres int64
	// WaitMetresPerHour is the detour that an hour of waiting for a store to open is worth.
	// Default 1,000 m.
	WaitMetresPerHour int64
	// PickupWait and ExpressWait bound how long an order waits for its store to open. Defaults 24 h and
	// 72 h. Delivery within the city never waits.
	PickupWait, ExpressWait time.Duration
	// MaxStores bounds the stores of a split; 1 forbids splits. Default 4.
	MaxStores int
	// MaxSteps bounds the search for the smallest split. Default 50,000 steps, some 3 ms: that
	// is exact for 30 stores that hold some of the goods and splits of up to 4 stores, and for 300 and
	// splits of 2, whatever they hold. Decision.Exact says whether the search came to its end.
	MaxSteps int
	// MaxVerdicts bounds the verdicts that a decision keeps. Default 20: chosen stores first, then the
	// ranked ones, then the refused ones by distance.
	MaxVerdicts int
}

func (c Config) withDefaults() Config {
	c.RadiusMetres = orDefault(c.RadiusMetres, DefaultRadiusMetres)
	c.LoadMetres = orDefault(c.LoadMetres, 500)
	c.SpreadMetres = orDefault(c.SpreadMetres, 20_000)
	c.WaitMetresPerHour = orDefault(c.WaitMetresPerHour, 1_000)
	c.PickupWait = orDefault(c.PickupWait, 24*time.Hour)
	c.ExpressWait = orDefault(c.ExpressWait, 72*time.Hour)
	c.MaxStores = orDefault(c.MaxStores, 4)
	c.MaxSteps = orDefault(c.MaxSteps, 50_000)
	c.MaxVerdicts = orDefault(c.MaxVerdicts, 20)
	return c
}

func orDefault[T ~int | ~int32 | ~int64](v, d T) T {
	if v > 0 {
		return v
	}
	return d
}

// Line is what one line of the order wants. A line without a positive quantity moves no goods.
type Line struct {
	SKU retail.SKUID
	Qty int32
}

// Request is one order that looks for its stores.
type Request struct {
	Lines []Line
	// Destination is where the goods, or for a pickup the customer, will be. Delivery within the city
	// needs it; without it the other ways do not count distance.
	Destination *retail.Point
	Fulfilment  retail.Fulfilment
	At          time.Time
	// Spread says that a promotion runs: load, relative to capacity, then counts more than nearness.
	Spread bool
	// Candidates are the stores that might serve. Of two with one id the first counts.
	Candidates []Candidate
}

// Interval is a time in which a store is open; retail.Store.OpenFrom lists them.
type Interval = retail.Interval

// Candidate is a store that might serve.
type Candidate struct {
	Store    retail.StoreID
	Location retail.Point
	Services retail.Services
	// RadiusMetres is how far the store delivers within its city; 0 means the chain's radius.
	RadiusMetres int32
	// Open lists when the store is open from Request.At on, in ascending order.
	Open []Interval
	// CapacityPerHour is how many orders the store handles in an hour, 0 for any number; Load is how
	// many it was given in the last one.
	CapacityPerHour, Load int32
	// Available is what the store can promise of each SKU that the order wants.
	Available map[retail.SKUID]int32
	// Declined says that the store has sent this order back.
	Declined bool
}
