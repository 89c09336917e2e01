package session

import (
	"math"

	"github.com/tillstream/tillstream/models/list"
)

// near and back of distances beyond this are those of this one.
const farthest = 63

// clicksLimit is the most that Config.Clicks may be.
const clicksLimit = 10

// Reader answers from an index, in memory of its own. It belongs to one goroutine at a time.
type Reader struct {
	x     *Index
	board *list.Board
	near  [farthest + 1]float32
	// The question: distinct items, newest first, and the sessions that hold each, of which the last is
	// next.
	asked   [clicksLimit]int32
	holding [clicksLimit][]uint32
	n       int
	found   []candidate
	best    []list.Scored
	voters  []*record // the sessions of best
	warm    int32     // what call has read, so that it is read
	// seen says in how many of the sessions that voted an item was.
	seen []int32
}

// candidate is a session that shares an item with the question.
type candidate struct {
	number uint32
	place  int32 // of the newest shared item in the question
}

// NewReader makes a reader. Cost: 16 bytes an item, 24 a candidate.
func (x *Index) NewReader() *Reader {
	r := &Reader{x: x, board: list.NewBoard(x.Items()), found: make([]candidate, 0, x.cfg.Recent),
		best: make([]list.Scored, 0, x.cfg.Neighbours), voters: make([]*record, 0, x.cfg.Neighbours),
		seen: make([]int32, x.Items())}
	for d := range r.near {
		r.near[d] = 1
		if x.cfg.Near > 0 && d > 0 {
			r.near[d] = float32(math.Exp(-float64(d-1) / x.cfg.Near))
		}
	}
	return r
}

// Scores returns what the visitor will look at next, best first, in the memory of into, as many as its
// capacity holds. The clicks stand in their order, the newest last. No allocation.
func (r *Reader) Scores(clicks []int32, into []list.Scored) []list.Scored {
	r.Vote(clicks)
	return r.board.Top(into, cap(into))
}

// Vote sums the scores on a board, for who blends them with others; the board is the reader's until its
// next question.
func (r *Reader) Vote(clicks []int32) *list.Board {
	r.board.Clear()
	r.ask(clicks)
	r.gather()
	if !r.x.cfg.Again {
		for _, item := range clicks {
			r.board.Skip(item)
		}
	}
	r.call()
	for i, b := range r.best {
		if r.voters[i] != nil {
			r.vote(r.voters[i], r.found[b.Item].place, b.Score)
		}
	}
	kept := float64(r.x.kept.Load())
	for _, item := range r.board.Touched() {
		rare := math.Log1p(kept / float64(max(1, r.x.holders[item].Load())))
		r.board.Scale(item, float32(rare))
	}
	return r.board
}

// Seen is in how many of the sessions that voted in the last answer an item of it was.
func (r *Reader) Seen(item int32) int { return int(r.seen[item]) }

// ask takes the newest distinct clicks.
func (r *Reader) ask(clicks []int32) {
	r.n = 0
	for i := len(clicks) - 1; i >= 0 && r.n < r.x.cfg.Clicks; i-- {
		item, known := clicks[i], false
		for _, a := range r.asked[:r.n] {
			known = known || a == item
		}
		if !known && item >= 0 && int(item) < r.x.Items() {
			r.asked[r.n] = item
			r.holding[r.n] = r.x.postings[item].Load().published()
			r.n++
		}
	}
}

// gather walks the lists of sessions from the newest on, all at once: each session turns up in all its
// lists at the same time, so that its similarity is known when it is met, and the walk ends after m
// sessions. Only those that vote are looked up: it is the memory that costs.
func (r *Reader) gather() {
	r.found = r.found[:0]
	best := list.NewBest(r.best, r.x.cfg.Neighbours)
	newest, next := r.x.newest.Load(), r.x.next.Load() // after the lists, so that next is above all of them
	for len(r.found) < r.x.cfg.Recent {
		number, ok := r.newest()
		if !ok {
			break
		}
		similarity, place := r.pop(number)
		if next-number > uint32(len(r.x.slots)) { // it has left, and so have the older ones
			break
		}
		if r.x.cfg.HalfLife > 0 {
			similarity *= r.x.fresh(number, newest)
		}
		best.Offer(int32(len(r.found)), similarity) // of equal ones the newer is the lower
		r.found = append(r.found, candidate{number, place})
	}
	r.best = best.Sorted()
}

// fresh is what is left of a session's weight after the time since its last click.
func (x *Index) fresh(number uint32, now int64) float32 {
	s := x.at(number)
	if s == nil {
		return 0
	}
	return float32(math.Exp2(-max(0, float64(now)-float64(s.time)) / x.cfg.HalfLife))
}

// newest is the newest session at the end of any list.
func (r *Reader) newest() (number uint32, ok bool) {
	for p := range r.n {
		if l := r.holding[p]; len(l) > 0 && (!ok || l[len(l)-1] > number) {
			number, ok = l[len(l)-1], true
		}
	}
	return number, ok
}

// pop takes the session off all lists and says how similar it is, and where the newest shared item
// stands.
func (r *Reader) pop(number uint32) (similarity float32, place int32) {
	place = -1
	for p := range r.n {
		l := r.holding[p]
		if last := len(l) - 1; last >= 0 && l[last] == number {
			r.holding[p] = l[:last]
			similarity += float32(r.n-p) / float32(r.n)
			if place < 0 {
				place = int32(p)
			}
		}
	}
	return similarity, place
}

// call fetches the sessions that vote, nil for one that left in between. They lie anywhere, and one look-up
// does not depend on another here, so that the processor waits for many at once; while voting it would wait
// for each.
func (r *Reader) call() {
	r.voters = r.voters[:0]
	for _, b := range r.best {
		r.voters = append(r.voters, r.x.at(r.found[b.Item].number))
	}
	var first int32
	for _, s := range r.voters {
		if s != nil {
			first |= s.items[0]
		}
	}
	r.warm = first
}

// vote adds one neighbour's items to the board.
func (r *Reader) vote(s *record, place int32, similarity float32) {
	at, shared := 0, r.asked[place]
	for i, item := range s.items {
		if item == shared {
			at = i
		}
	}
	weight := similarity * (1 - float32(place)/10)
	for i, item := range s.items {
		if r.board.Score(item) == 0 {
			r.seen[item] = 0
		}
		r.seen[item]++
		if d := i - at; d < 0 {
			r.board.Add(item, weight*r.x.cfg.Back*r.near[min(-d, farthest)])
		} else {
			r.board.Add(item, weight*r.near[min(d, farthest)])
		}
	}
}
