package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	housing "github.com/tillstream/tillstream/cmd/house"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/models/train/rival"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// The chain that is learnt: half a million purchases.
const (
	trainMembers = 20_000
	trainItems   = 5_000
	trainLines   = 500_000
)

// train measures how long it takes to fit, judge, refit and score every model for every member, and what it
// holds meanwhile, beside what a usual recommender takes for its own: item to item, the better of two
// factorisations, a list for every member; its question is that of our factors. The past is a simulation with
// planted tastes, read from memory; what is written is counted and dropped.
func (r *run) train(ctx context.Context) error {
	r.step("train: a simulated past of %d members, %d goods, %d purchases, read from memory", trainMembers,
		trainItems, trainLines)
	data := plantedPast(1)
	lines := len(data.Members.Item)
	r.step("train: a usual recommender beside it")
	var usual *rival.Learned
	usualTook, usualPeak, err := weighed(func() (err error) {
		usual, err = rival.Learn(ctx, data.Members, heldFrom(data.Members), rival.Config{Seed: 1,
			Workers: runtime.GOMAXPROCS(0)})
		return err
	})
	if err != nil {
		return err
	}
	squares, pairs := usual.ALS.NDCG, usual.BPR.NDCG
	usual = nil // its lists are not ours to hold
	r.step("train: every model")
	var written counted
	var versions []shelf.Version
	took, peak, err := weighed(func() (err error) {
		versions, err = train.Train(ctx, data, &written, train.Config{Seed: 1})
		return err
	})
	if err != nil {
		return err
	}
	r.put("train_all_s", took, "s", usualTook)
	r.put("train_rss_mb", peak, "MB", usualPeak)
	r.put("train_rival_als_ndcg10", squares, "NDCG")
	r.put("train_rival_bpr_ndcg10", pairs, "NDCG")
	r.put("train_purchases", float64(lines), "lines")
	r.put("train_members_scored", float64(written.members), "members")
	for _, v := range versions {
		r.put("train_"+v.Model+"_s", v.Fit.Seconds(), "s")
		r.put("train_"+v.Model+"_ndcg10", v.Quality.NDCG, "NDCG", v.Popular.NDCG)
	}
	return nil
}

// weighed runs something and returns how many seconds it took and how many MB the process held at most
// meanwhile, the past included.
func weighed(do func() error) (seconds, peakMB float64, err error) {
	debug.FreeOSMemory()
	if err := os.WriteFile(filepath.Join("/proc", "self", "clear_refs"), []byte("5"), 0o200); err != nil {
		return 0, 0, fmt.Errorf("cannot reset the highest memory: %w", err)
	}
	begun := time.Now()
	if err := do(); err != nil {
		return 0, 0, err
	}
	seconds = time.Since(begun).Seconds()
	if _, peakMB, err = housing.Resident(os.Getpid()); err != nil {
		return 0, 0, fmt.Errorf("cannot read the highest memory: %w", err)
	}
	return seconds, peakMB, nil
}

// heldFrom is when the newest tenth of the baskets begins, which training holds out.
func heldFrom(h *history.History) int64 {
	times := slices.Sorted(slices.Values(h.Time))
	return times[len(times)*9/10]
}

// plantedPast draws a simulated past.
func plantedPast(seed uint64) *train.Data {
	const year = 365 * 86_400
	w := planted.Make(planted.Config{Seed: seed, Users: trainMembers, Items: trainItems, Clusters: 50,
		Baskets: 7, Lines: 4, Sessions: 60_000})
	var g train.Gather
	h, n, all := w.History, 0, len(w.History.Item)
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		for b := from; b < to; b++ {
			at := (h.Time[b]*year/7/86_400 + int64(u)*year/7/trainMembers)
			for _, item := range h.Basket(b) {
				if n++; n*trainLines/all == (n-1)*trainLines/all {
					continue // the world draws a tenth more than is wanted
				}
				g.Buy(history.Line{User: int64(u) + 1, Item: int64(item) + 1, Basket: int64(b), Time: at,
					Store: h.Store[b] + 1, Qty: 1})
			}
		}
	}
	for s := range int32(w.Sessions.Len()) {
		for pos, item := range w.Sessions.Clicks(s) {
			g.Look(history.Click{Session: int64(s), Item: int64(item) + 1, Pos: int64(pos),
				Time: int64(s) * year / int64(w.Sessions.Len())})
		}
	}
	for item := range int32(trainItems) {
		g.Describe(train.Good{SKU: int64(item) + 1, Category: int64(w.Cluster(item)) + 1,
			Brand: fmt.Sprint(item % 97), PriceFen: 100 + int64(item)*7})
	}
	return g.Data()
}

// counted is a place for models that keeps nothing; it implements train.Sink.
type counted struct{ members int }

// PutBlob implements train.Sink.
func (c *counted) PutBlob(context.Context, shelf.Key, string, []byte) error { return nil }

// PutNeighbours implements train.Sink.
func (c *counted) PutNeighbours(context.Context, shelf.Key, int, *shelf.Neighbours) error { return nil }

// PutRules implements train.Sink.
func (c *counted) PutRules(context.Context, shelf.Key, int, *shelf.Rules) error { return nil }

// PutTops implements train.Sink.
func (c *counted) PutTops(_ context.Context, k shelf.Key, _ int, r *shelf.Tops) error {
	if k.Model != train.NextBasket {
		return nil
	}
	last := int64(0)
	for _, member := range r.Member {
		if member != last {
			c.members++
		}
		last = member
	}
	return nil
}

// PutPopular implements train.Sink.
func (c *counted) PutPopular(context.Context, shelf.Key, int, *shelf.Popular) error { return nil }

// PutVersion implements train.Sink.
func (c *counted) PutVersion(context.Context, shelf.Version) error { return nil }

// Current implements train.Sink.
func (c *counted) Current(context.Context, string) (v shelf.Version, ok bool, err error) {
	return v, false, nil
}

// Prune implements train.Sink.
func (c *counted) Prune(context.Context, string, int) (int, error) { return 0, nil }
