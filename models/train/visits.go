package train

import (
	"context"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/session"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// session is judged by the click that follows the first clicks of a held-out visit, beside what is clicked
// most.
func (t *training) session(ctx context.Context) (l lesson, err error) {
	index := session.Fit(t.past.Sessions, session.Config{})
	clicked := list.NewBest(nil, depth+10)
	counts := make([]float32, t.items)
	for _, item := range t.past.Sessions.Item {
		counts[item]++
	}
	for item, n := range counts {
		clicked.Offer(int32(item), n)
	}
	popular := clicked.Sorted()
	var visits []int
	for s := range t.held.Sessions.Len() {
		if len(t.held.Sessions.Clicks(int32(s))) > 1 {
			visits = append(visits, s)
		}
	}
	drawn := t.draw(len(visits), 3)
	l.exam, err = t.ask(ctx, Session, len(drawn), func() func(int, *exam) {
		reader, top := index.NewReader(), make([]list.Scored, 0, depth)
		var items, base []int32
		return func(i int, e *exam) {
			clicks := t.held.Sessions.Clicks(int32(visits[drawn[i]]))
			at := 1 + hide(t.cfg.Seed, i, len(clicks)-1)
			items = itemsOf(items[:0], reader.Scores(clicks[:at], top[:0]))
			base = pad(base[:0], popular, nil, depth)
			e.take(items, base, clicks[at:at+1], clicks[:at])
		}
	})
	l.finish = t.finishSession
	return l, err
}

// indexBlob is the name of the index that serving asks.
const indexBlob = "index"

func (t *training) finishSession(ctx context.Context, k shelf.Key) error {
	index := session.Fit(t.data.Sessions, session.Config{})
	frame, err := index.AppendBinary(nil)
	if err != nil {
		return err
	}
	if err := t.sink.PutBlob(ctx, k, indexBlob, frame); err != nil {
		return err
	}
	if err := t.learnAll(); err != nil {
		return err
	}
	reader, top := index.NewReader(), make([]list.Scored, 0, t.cfg.Top)
	return t.putGoes(ctx, k, func(item int32, row []Proposal) []Proposal {
		top = reader.Scores([]int32{item}, top[:0])
		for _, s := range top {
			share := clamp(s.Score / top[0].Score)
			row = append(row, Proposal{Item: s.Item, Score: share, Share: share, Kind: Visited,
				Count: int32(t.whole.visited.Together(item, s.Item))})
		}
		return row
	})
}
