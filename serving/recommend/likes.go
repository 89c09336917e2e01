package recommend

import (
	"fmt"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/list"
)

// foldedWeight is what a taste that was folded in counts beside learnt habits: as much as a learnt taste.
const foldedWeight = .5

// Likes says what members like from what they bought, so that those who came after the training are known by
// their first purchases. Its numbering of goods is its own.
type Likes struct {
	// SKU are the goods, by its numbers.
	SKU []int64

	ease  *factor.Ease
	frame []byte
	at    ids
}

// NewLikes reads a closed form that models/train wrote, of the goods skus.
func NewLikes(skus []int64, frame []byte) (*Likes, error) {
	e, err := factor.DecodeEase(frame)
	if err == nil && e.Items() != len(skus) {
		err = fmt.Errorf("it knows %d goods of %d", e.Items(), len(skus))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read what members like: %w", err)
	}
	return &Likes{SKU: skus, ease: e, frame: frame, at: newIDs(skus)}, nil
}

// joint joins the numbers of a model with those of the snapshot, -1 for what one of them does not know.
type joint struct{ ofItem, item []int32 }

func (s *Snapshot) join(skus []int64, at *ids) (j joint) {
	j.ofItem, j.item = make([]int32, s.Items.Len()), make([]int32, len(skus))
	for k, sku := range s.Items.SKU {
		j.ofItem[k] = at.find(sku)
	}
	for k, sku := range skus {
		j.item[k] = s.skus.find(sku)
	}
	return j
}

// meet numbers the goods of visits and likes.
func (s *Snapshot) meet() {
	s.seen, s.liked = joint{}, joint{}
	if s.Visits != nil {
		s.seen = s.join(s.Visits.SKU, &s.Visits.at)
	}
	if s.Likes != nil {
		s.liked = s.join(s.Likes.SKU, &s.Likes.at)
	}
}

// fold weighs what the last purchases of a member point at who has no lists yet.
func (r *Ranker) fold() {
	likes := r.s.Likes
	if likes == nil {
		return
	}
	var owned [maxTouches]int32
	n := 0
	for _, t := range r.q.Recent {
		if n == maxTouches || t.Act != Bought || uint(t.Item) >= uint(r.s.Items.Len()) {
			continue
		}
		if item := r.s.liked.ofItem[t.Item]; item >= 0 {
			owned[n] = item
			n++
		}
	}
	if n == 0 {
		return
	}
	if r.likes != likes {
		r.likes, r.board = likes, list.NewBoard(len(likes.SKU))
	}
	r.board.Clear()
	for _, item := range owned[:n] {
		r.board.Skip(item)
	}
	likes.ease.Vote(r.board, owned[:n])
	r.voted = r.board.Top(r.voted[:0], perVisit)
	for k := range r.voted {
		v := &r.voted[k]
		if item := r.s.liked.item[v.Item]; item >= 0 && v.Score > 0 {
			e := NewEdge(item, Taste, foldedWeight*v.Score/r.voted[0].Score, 0, min(v.Score, 1), n)
			r.add(&e, r.weight(OnMember), nowhere(), OnMember)
		}
	}
}
