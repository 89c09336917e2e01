package routing

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// openDays is how many days of opening hours a candidate brings: the longest default wait and one more.
const openDays = 4

// CandidateOf makes a candidate of a store as it stands at the instant at. Load, Available and Declined
// are the caller's to fill in.
func CandidateOf(s *retail.Store, zone *time.Location, at time.Time) Candidate {
	return Candidate{Store: s.ID, Location: s.Location, Services: s.Services,
		RadiusMetres: s.RadiusMetres, CapacityPerHour: s.CapacityPerHour,
		Open: s.OpenFrom(at, zone, openDays)}
}
