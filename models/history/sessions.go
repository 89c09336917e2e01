package history

import (
	"cmp"
	"slices"
)

// Sessions are runs of clicks, one visitor at a time.
type Sessions struct {
	Items *Index
	// Start has one entry more than there are sessions: session s owns the clicks Start[s] … Start[s+1]-1.
	Start []int32
	// Time of the last click of each session in seconds since 1970, or the session's ordinal. Sessions are in
	// ascending order of it.
	Time []int64
	// Item of each click, in the order of the clicks; the same item may stand in a session again.
	Item []int32
}

// Len is how many sessions there are.
func (s *Sessions) Len() int { return len(s.Time) }

// Clicks returns the items of session n in the order of the clicks. The caller must not change them.
func (s *Sessions) Clicks(n int32) []int32 { return s.Item[s.Start[n]:s.Start[n+1]:s.Start[n+1]] }

// Click is one look at one item.
type Click struct {
	Session, Item int64
	// Time in seconds since 1970 or an ordinal; Pos sets clicks of one time apart.
	Time, Pos int64
}

// Group makes sessions of clicks in any order; it sorts the slice. items lists ids that need a number though
// nobody has clicked them, and may be nil.
func Group(clicks []Click, items []int64) *Sessions {
	ids := make([]int64, len(clicks), len(clicks)+len(items))
	last := make(map[int64]int64)
	for i, c := range clicks {
		ids[i] = c.Item
		if at, ok := last[c.Session]; !ok || c.Time > at {
			last[c.Session] = c.Time
		}
	}
	slices.SortFunc(clicks, func(a, b Click) int {
		switch {
		case last[a.Session] != last[b.Session]:
			return cmp.Compare(last[a.Session], last[b.Session])
		case a.Session != b.Session:
			return cmp.Compare(a.Session, b.Session)
		case a.Time != b.Time:
			return cmp.Compare(a.Time, b.Time)
		case a.Pos != b.Pos:
			return cmp.Compare(a.Pos, b.Pos)
		case a.Item != b.Item:
			return cmp.Compare(a.Item, b.Item)
		}
		return 0
	})
	s := &Sessions{Items: NewIndex(append(ids, items...))}
	for i, c := range clicks {
		if i == 0 || clicks[i-1].Session != c.Session {
			s.Start, s.Time = append(s.Start, int32(i)), append(s.Time, last[c.Session])
		}
		s.Item = append(s.Item, s.Items.Find(c.Item))
	}
	s.Start = append(s.Start, int32(len(clicks)))
	return s
}
