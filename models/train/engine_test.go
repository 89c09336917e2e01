package train_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/schema"
	"github.com/tillstream/tillstream/warehouse/shelf"
	"github.com/tillstream/tillstream/warehouse/sink"
)

func TestMain(m *testing.M) { chtest.Main(m) }

// engine is a fresh warehouse on the real engine.
func engine(t *testing.T) (*clickhouse.DB, *warehouse.Warehouse, *shelf.Shelf) {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context(), schema.Files()); err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.New(warehouse.Config{DB: db})
	if err != nil {
		t.Fatal(err)
	}
	return db, w, shelf.New(db, shelf.Config{ChunkBytes: 50_000})
}

// facts are the rows that a planted world leaves in the warehouse.
type facts struct{ fact.Batch }

func (f *facts) origin(o *fact.Origin) { o.Add(0, uint64(o.Len()), 0, 1) }

func (f *facts) line(doc uint8, order, member, sku int64, store int32, at int64, qty int32) {
	t := &f.OrderLines
	f.origin(&t.Origin)
	t.Doc, t.Order = append(t.Doc, doc), append(t.Order, order)
	t.Document = append(t.Document, order*2+int64(doc))
	t.Line, t.First = append(t.Line, uint16(sku)), append(t.First, 0)
	t.Kind, t.Store, t.SKU = append(t.Kind, 1), append(t.Store, store), append(t.SKU, sku)
	t.Category, t.Member = append(t.Category, 1), append(t.Member, member)
	t.Channel, t.Fulfilment = append(t.Channel, 1), append(t.Fulfilment, 1)
	t.Campaign, t.At, t.Day = append(t.Campaign, 0), append(t.At, at*1e6), append(t.Day, int32(at/86_400))
	t.LocalHour, t.Qty = append(t.LocalHour, uint8(at/3600%24)), append(t.Qty, qty)
	t.Gross, t.Discount, t.Net = append(t.Gross, 100), append(t.Discount, 0), append(t.Net, 100)
	t.CouponDiscount, t.Cost = append(t.CouponDiscount, 0), append(t.Cost, 50)
	t.Simulated = append(t.Simulated, true)
}

func (f *facts) click(session uint64, sku, at, us int64) {
	t := &f.Behaviours
	f.origin(&t.Origin)
	t.Kind, t.First, t.Store = append(t.Kind, 64), append(t.First, 1), append(t.Store, 1)
	t.SKU, t.Visitor, t.Session = append(t.SKU, sku), append(t.Visitor, session), append(t.Session, session)
	t.Member, t.Channel, t.At = append(t.Member, 0), append(t.Channel, 2), append(t.At, at*1e6+us)
	t.Day, t.LocalHour = append(t.Day, int32(at/86_400)), append(t.LocalHour, 1)
	t.Qty, t.Results, t.Position = append(t.Qty, 0), append(t.Results, 0), append(t.Position, 0)
	t.Slot, t.Query, t.Attribution = append(t.Slot, ""), append(t.Query, ""), append(t.Attribution, "")
	t.Shown.Add(event.Shown{})
	t.Campaign, t.Coupon, t.Order = append(t.Campaign, 0), append(t.Coupon, 0), append(t.Order, 0)
	t.Discount, t.Simulated = append(t.Discount, 0), append(t.Simulated, true)
}

func (f *facts) good(sku int64, category int32) {
	t := &f.SKUs
	f.origin(&t.Origin)
	t.ID, t.Version, t.Code = append(t.ID, sku), append(t.Version, 1), append(t.Code, fmt.Sprint("s", sku))
	t.Name, t.NameEN = append(t.Name, "货"), append(t.NameEN, "Good")
	t.Category, t.CategoryCode = append(t.Category, category), append(t.CategoryCode, "c")
	t.CategoryName, t.CategoryNameEN = append(t.CategoryName, "类"), append(t.CategoryNameEN, "Category")
	t.Brand = append(t.Brand, fmt.Sprint("brand ", category/2))
	t.Style, t.StyleCode = append(t.Style, 0), append(t.StyleCode, "")
	t.Colour, t.Season = append(t.Colour, ""), append(t.Season, "")
	t.Size, t.SizeSystem, t.SizeOrder = append(t.Size, ""), append(t.SizeSystem, ""), append(t.SizeOrder, 0)
	t.Tags, t.TagsFrom = append(t.Tags, nil), append(t.TagsFrom, nil)
	t.TagsUntil = append(t.TagsUntil, nil)
	t.Price, t.Cost = append(t.Price, 990), append(t.Cost, 500)
	t.Active, t.Simulated = append(t.Active, true), append(t.Simulated, true)
}

// write puts a planted world into the warehouse. Every tenth line is brought back whole and must not be
// learnt: it is of an item that nobody else buys.
func write(t *testing.T, db *clickhouse.DB, w *planted.World, first, last int64) {
	t.Helper()
	var f facts
	within := func(at int64) bool { return at >= first && at < last }
	for u := range int32(w.History.Users.Len()) {
		from, to := w.History.Of(u)
		for b := from; b < to; b++ {
			at := planted0 + w.History.Time[b] + int64(u)*60
			for _, item := range w.History.Basket(b) {
				if !within(at) {
					break
				}
				f.line(1, int64(b)+1, int64(u)+1, int64(item)+1, w.History.Store[b]+1, at, 2)
			}
			if b%10 == 0 && within(at) {
				f.line(1, int64(b)+1, int64(u)+1, 9_000, w.History.Store[b]+1, at, 3)
			}
			if b%10 == 0 && within(at+86_400*2) {
				f.line(2, int64(b)+1, int64(u)+1, 9_000, w.History.Store[b]+1, at+86_400*2, 3)
			}
		}
	}
	for n := range int32(w.Sessions.Len()) {
		for pos, item := range w.Sessions.Clicks(n) {
			if !within(planted0 + int64(n)*325) {
				break
			}
			f.click(uint64(n)+1<<63, int64(item)+1, planted0+int64(n)*325, int64(pos))
		}
	}
	for item := range int32(w.Config.Items) {
		f.good(int64(item)+1, int32(w.Cluster(item))+1)
	}
	if err := sink.New(db).Write(t.Context(), fmt.Sprint("planted/", first), &f.Batch); err != nil {
		t.Fatal(err)
	}
}

func small(seed uint64) *planted.World {
	return planted.Make(planted.Config{Seed: seed, Users: 200, Items: 160, Clusters: 8, Baskets: 8,
		Sessions: 2_000})
}

func TestFromTheWarehouseAndBack(t *testing.T) {
	const seed = 3
	db, house, models := engine(t)
	ctx := t.Context()
	empty(t, house, models)
	write(t, db, small(seed), 0, math.MaxInt64)
	cfg := train.Config{Keep: 1, MinSupport: .003, MinCount: 3, FitMembers: 120, Questions: 500}
	d, err := train.Read(ctx, house, retail.HQScope(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if h := small(seed).History; d.Members.Baskets() != h.Baskets() || len(d.Members.Item) != len(h.Item) ||
		d.Items().Find(9_000) >= 0 || d.Sessions.Len() != 2_000 {
		t.Fatalf("read %d baskets with %d lines and %d visits, item 9000 is number %d", d.Members.Baskets(),
			len(d.Members.Item), d.Sessions.Len(), d.Items().Find(9_000))
	}
	var first []shelf.Version
	for round := range 2 {
		all, err := train.Train(ctx, d, models, cfg)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range all {
			if v.Model != train.Popularity && v.Quality.NDCG <= v.Popular.NDCG {
				t.Errorf("seed %d: %s reached %.4f, popularity %.4f", seed, v.Model, v.Quality.NDCG,
					v.Popular.NDCG)
			}
			if round == 1 && v.Quality != first[i].Quality {
				t.Errorf("%s: the same data gave %v, then %v", v.Model, first[i].Quality, v.Quality)
			}
		}
		first = all
	}
	for _, view := range []string{"neighbour_now", "rule_now", "member_top_now", "popular_now"} {
		var rows uint64
		var versions int64
		_, err := db.Row(ctx, "SELECT count(), uniqExact(model, version) - uniqExact(model) FROM "+view, nil,
			&rows, &versions)
		if err != nil || rows == 0 || versions != 0 {
			t.Errorf("%s shows %d rows, %d versions too many: %v", view, rows, versions, err)
		}
	}
	var old uint64
	last := first[0].Version
	if _, err := db.Row(ctx, fmt.Sprint("SELECT count() FROM model_blob WHERE version != ", last), nil,
		&old); err != nil || old != 0 {
		t.Errorf("%d pieces of the first training are kept: %v", old, err)
	}
	served, err := train.Load(ctx, models, 0)
	if err != nil || len(served.Lists) != len(least)-1 {
		t.Fatalf("served %v", err)
	}
	next := served.Lists[train.NextBasket]
	if len(next.Members) != 200 || next.Personal.Rows() != 200 {
		t.Errorf("%d members have lists", len(next.Members))
	}
	if again, err := train.Load(ctx, models, served.Version); again != nil || err != nil {
		t.Errorf("nothing new gave %v, %v", again, err)
	}
}

// What follows the chain day by day is what a training over everything counts, refunds included.
func TestFollowingIsLearningAnew(t *testing.T) {
	db, house, models := engine(t)
	ctx, w := t.Context(), small(7)
	cfg := train.Config{Only: []string{train.Popularity, train.Neighbours, train.Session, train.NextBasket},
		Now: ticking(), Workers: 2, FitMembers: 50, Questions: 200}
	days := []int64{0, planted0 + 4*86_400, planted0 + 6*86_400, math.MaxInt64}
	write(t, db, w, days[0], days[1])
	d, err := train.Read(ctx, house, retail.HQScope(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	learned, _, err := train.Learn(ctx, d, models, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i := range days[2:] {
		write(t, db, w, days[i+1], days[i+2])
		all, err := learned.Follow(ctx, house, retail.HQScope(), models)
		if err != nil || len(all) != 4 || all[0].Judged == 0 {
			t.Fatalf("followed %+v, %v", all, err)
		}
	}
	got, err := train.Load(ctx, models, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = train.Read(ctx, house, retail.HQScope(), cfg); err != nil {
		t.Fatal(err)
	}
	sink := newMemory()
	if _, err := train.Train(ctx, d, sink, cfg); err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{train.Popularity, train.Neighbours, train.Session, train.NextBasket} {
		want, err := train.DecodeLists(sink.blobs[model+"/lists"])
		if err != nil {
			t.Fatal(err)
		}
		lists := got.Lists[model]
		switch model { // whose weights are those of the first days
		case train.NextBasket:
			lists.Personal, want.Personal = train.Table{}, train.Table{}
		case train.Neighbours:
			sameCounts(t, &lists.Goes, &want.Goes)
			lists.Goes, want.Goes = train.Table{}, train.Table{}
		}
		if !reflect.DeepEqual(lists, want) {
			t.Errorf("%s: lists that followed differ from those of a training", model)
		}
	}
}

// sameCounts checks that what two tables say of one pair of goods is the same, and that they share most
// pairs.
func sameCounts(t *testing.T, got, want *train.Table) {
	t.Helper()
	shared, all := 0, 0
	for r := range want.Rows() {
		known := map[int32]train.Proposal{}
		for _, p := range want.Row(r, nil) {
			known[p.Item] = p
		}
		for _, p := range got.Row(r, nil) {
			all++
			w, is := known[p.Item]
			if !is || p.Kind != w.Kind {
				continue
			}
			if shared++; p.Kind == train.Bought && (p.Count != w.Count || p.Value != w.Value ||
				p.Share != w.Share) {
				t.Errorf("item %d: %+v that followed, %+v of a training", r, p, w)
			}
		}
	}
	if shared*2 < all || all == 0 {
		t.Errorf("of %d pairs that followed %d are those of a training", all, shared)
	}
}

func TestAWorseModelDoesNotTakeThePlace(t *testing.T) {
	db, _, models := engine(t)
	ctx, cfg := t.Context(), train.Config{Only: []string{train.Factors, train.Neighbours}, Now: ticking()}
	good, err := train.Train(ctx, gather(small(5)).Data(), models, cfg)
	if err != nil {
		t.Fatal(err)
	}
	noise := small(5).Config
	noise.Noise = .99 // nobody has a taste any more
	bad := gather(planted.Make(noise))
	all, err := train.Train(ctx, bad.Data(), models, cfg)
	var worse *train.Refused
	if !errors.As(err, &worse) || len(all) != 2 || all[0].Published {
		t.Fatalf("published %+v, %v", all, err)
	}
	for _, says := range []string{"neighbours is worse", fmt.Sprintf("%.4f now", all[0].Quality.NDCG),
		fmt.Sprintf("%.4f then", good[0].Quality.NDCG), "--force"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	if v, _, err := models.Current(ctx, train.Neighbours); err != nil || v.Version != good[0].Version {
		t.Errorf("version %d counts, want %d: %v", v.Version, good[0].Version, err)
	}
	cfg.Force = true
	forced, err := train.Train(ctx, gather(planted.Make(noise)).Data(), models, cfg)
	if err != nil || !forced[0].Published || !strings.Contains(forced[0].Note, "worse") {
		t.Errorf("forced %+v, %v", forced, err)
	}
	lose(t, db, models, [2]shelf.Version{good[0], forced[0]})
}

// empty checks that an empty warehouse says what to do.
func empty(t *testing.T, house *warehouse.Warehouse, models *shelf.Shelf) {
	t.Helper()
	_, err := train.Read(t.Context(), house, retail.HQScope(), train.Config{})
	if !errors.Is(err, train.ErrEmpty) || !strings.Contains(err.Error(), "tillstream") {
		t.Errorf("got %v", err)
	}
	if served, err := train.Load(t.Context(), models, 0); served != nil || err != nil {
		t.Errorf("served %v, %v", served, err)
	}
}

// lose takes a piece of the newest version away: that is an error, and the version before is served.
func lose(t *testing.T, db *clickhouse.DB, models *shelf.Shelf, made [2]shelf.Version) {
	t.Helper()
	ctx := t.Context()
	err := db.Exec(ctx, fmt.Sprint("DELETE FROM model_blob WHERE name = 'lists' AND chunk = 0 AND version = ",
		made[1].Version), nil)
	if err != nil {
		t.Fatal(err)
	}
	served, err := train.Load(ctx, models, 0)
	if !errors.Is(err, shelf.ErrCorrupt) || served == nil {
		t.Fatalf("got %v, %v", served, err)
	}
	want, err := models.Blob(ctx, made[0].Key, "lists")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := served.Lists[train.Neighbours].AppendBinary(nil); err != nil || !bytes.Equal(got, want) {
		t.Errorf("something else than the version before is served: %v", err)
	}
}

func FuzzDecodeLists(f *testing.F) {
	l := &train.Lists{Items: []int64{3, 4}, Members: []int64{7}, OwnedStart: []int32{0, 1}, Owned: []int32{1}}
	for range l.Items {
		l.Goes.Append([]train.Proposal{{Item: 1, Score: .5, Value: 2, Share: .5, Count: 3,
			Kind: train.Bought}})
	}
	frame, err := l.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frame)
	f.Add([]byte("TRLS"))
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := train.DecodeLists(src)
		if err != nil {
			return
		}
		if again, err := got.AppendBinary(nil); err != nil || !bytes.Equal(again, src) {
			t.Errorf("read and written again it differs: %v", err)
		}
		for r := range got.Goes.Rows() {
			got.Goes.Row(r, nil)
		}
	})
}
