// Package nearby finds the stores around a point, tells when they open, and links to maps of them.
//
// The stores of the chain and a point come in; those that can serve it go out, the nearest first. Nothing is
// read or written; distances are great-circle distances.
package nearby

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

// Query is a point and what is wanted there.
type Query struct {
	Point retail.Point
	// Service is how the goods shall be handed over, 0 for any way. For delivery within the city only
	// stores whose radius covers the point are found.
	Service retail.Fulfilment
	// RadiusMetres is how far a store delivers that says nothing of it.
	RadiusMetres int32
}

// Hit is a store that was found.
type Hit struct {
	*catalogue.Store
	// Metres is the distance, rounded up.
	Metres int64
	// RadiusMetres is how far the store delivers within its city.
	RadiusMetres int32
	// Covers says that the store delivers to the point.
	Covers bool
}

// Find lists the active stores that offer the service, the nearest first, equals by code. A store at 0° N
// 0° E, in the Gulf of Guinea, never told its position and is left out. It is one pass over all stores and
// a sort of those that are left.
func Find(stores []*catalogue.Store, q Query) []Hit {
	hits := make([]Hit, 0, len(stores))
	for _, s := range stores {
		if !s.Active || s.Location == (retail.Point{}) || q.Service != 0 && !s.Services.Offers(q.Service) {
			continue
		}
		h := Hit{Store: s, Metres: int64(math.Ceil(s.Location.DistanceMetres(q.Point))),
			RadiusMetres: q.RadiusMetres}
		if s.RadiusMetres > 0 {
			h.RadiusMetres = s.RadiusMetres
		}
		h.Covers = s.Services.Offers(retail.SameCity) && h.Metres <= int64(h.RadiusMetres)
		if q.Service != retail.SameCity || h.Covers {
			hits = append(hits, h)
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.Code, b.Code))
	})
	return hits
}

// horizonDays is how far ahead opening hours are looked at: beyond the longest holidays.
const horizonDays = 15

// Opening is whether a store is open, and until or from when.
type Opening struct {
	Open bool
	// Opens is when a closed store opens; zero when it does not within two weeks.
	Opens time.Time
	// Closes is when the store closes, now or after Opens; zero for one that does not close within two
	// weeks.
	Closes time.Time
}

// OpeningOf tells when a store is open next.
func OpeningOf(s *catalogue.Store, at time.Time) Opening {
	open := s.OpenFrom(at, s.Zone, horizonDays)
	if !s.Active || len(open) == 0 {
		return Opening{}
	}
	o := Opening{Open: !open[0].Opens.After(at), Closes: open[0].Closes}
	if !o.Open {
		o.Opens = open[0].Opens
	}
	if o.Closes.Sub(at) >= (horizonDays-1)*24*time.Hour {
		o.Closes = time.Time{}
	}
	return o
}
