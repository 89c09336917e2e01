package shelf_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/schema"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

func TestMain(m *testing.M) { chtest.Main(m) }

func open(t *testing.T) (*clickhouse.DB, *shelf.Shelf) {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context(), schema.Files()); err != nil {
		t.Fatal(err)
	}
	return db, shelf.New(db, shelf.Config{ChunkBytes: 1000, BlockBytes: 3000})
}

func noise(n int) []byte {
	b, rng := make([]byte, n), rand.New(rand.NewPCG(1, uint64(n)))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBytesComeBackOrAnErrorDoes(t *testing.T) {
	db, s := open(t)
	ctx, k := t.Context(), shelf.Key{Model: "rules", Version: 5}
	for _, n := range []int{0, 1, 1000, 1001, 12_345} {
		k.Version = int64(n + 1)
		must(t, s.PutBlob(ctx, k, "set", noise(n)))
		must(t, s.PutBlob(ctx, k, "set", noise(n))) // a repetition changes nothing
		got, err := s.Blob(ctx, k, "set")
		if err != nil || !bytes.Equal(got, noise(n)) {
			t.Errorf("%d bytes came back as %d, %v", n, len(got), err)
		}
	}
	_, err := s.Blob(ctx, k, "other")
	if !errors.Is(err, shelf.ErrAbsent) {
		t.Errorf("an absent part: %v", err)
	}
	for _, harm := range []string{"DELETE FROM model_blob WHERE chunk = 12",
		"DELETE FROM model_blob WHERE chunk = 0",
		"INSERT INTO model_blob SELECT model, version, name, chunk, bytes, checksum, 'x' FROM model_blob " +
			"WHERE chunk = 3"} {
		must(t, db.Exec(ctx, "TRUNCATE TABLE model_blob", nil))
		k.Version++
		must(t, s.PutBlob(ctx, k, "set", noise(12_345)))
		must(t, db.Exec(ctx, harm, nil))
		if _, err := s.Blob(ctx, k, "set"); !errors.Is(err, shelf.ErrCorrupt) {
			t.Errorf("after %s: %v", harm, err)
		}
	}
}

func TestTheNewestPublishedVersionCounts(t *testing.T) {
	db, s := open(t)
	ctx := t.Context()
	row := func(version int64) {
		must(t, s.PutNeighbours(ctx, shelf.Key{Model: "neighbours", Version: version}, 0, &shelf.Neighbours{
			SKU: []int64{1, 1}, Place: []uint16{1, 2}, Neighbour: []int64{version, 3},
			Kind: []string{"bought", "alike"}, Score: []float64{.5, .25}, Together: []int64{3, 0},
			Lift: []float64{2, 0}, Confidence: []float64{.5, 0}}))
	}
	end := func(version int64, published bool) shelf.Version {
		v := shelf.Version{Key: shelf.Key{Model: "neighbours", Version: version}, Published: published,
			Note: "note", Protocol: "p", Judged: 7, Quality: shelf.Quality{Recall: .5, NDCG: .25, HitRate: 1},
			Popular: shelf.Quality{MRR: .125}, Coverage: .5, Novelty: 9, Members: 3, Items: 4, Baskets: 5,
			Sessions: 6, FirstDay: 20_000, LastDay: 20_090, HeldFrom: time.UnixMicro(1e15).UTC(),
			MadeAt: time.UnixMicro(2e15).UTC(), Fit: time.Second}
		must(t, s.PutVersion(ctx, v))
		return v
	}
	now := func() (n int64) {
		_, err := db.Row(ctx, "SELECT neighbour_id FROM neighbour_now WHERE place = 1", nil, &n)
		must(t, err)
		return n
	}
	if _, ok, err := s.Current(ctx, "neighbours"); ok || err != nil {
		t.Fatalf("something counts: %v", err)
	}
	for version := int64(11); version < 16; version++ {
		row(version)
		want := end(version, version < 15)
		if version == 15 {
			break
		}
		if got, ok, err := s.Current(ctx, "neighbours"); got != want || !ok || err != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	row(16) // broken off: no version was written
	if n := now(); n != 14 {
		t.Errorf("version %d counts, want 14", n)
	}
	if gone, err := s.Prune(ctx, "neighbours", 2); gone != 2 || err != nil {
		t.Errorf("%d versions went, want 2: %v", gone, err)
	}
	var left uint64
	_, err := db.Row(ctx, "SELECT sum(1) FROM model_neighbour WHERE version IN (13, 14, 15, 16)", nil, &left)
	if err != nil || left != 8 || now() != 14 {
		t.Errorf("%d rows are left, want 8: %v", left, err)
	}
	all, err := s.Versions(ctx, "neighbours", false, 9)
	if err != nil || len(all) != 5 || all[0].Published {
		t.Errorf("%d versions are told: %v", len(all), err)
	}
}

func TestEveryTableTakesItsRows(t *testing.T) {
	db, s := open(t)
	ctx := t.Context()
	must(t, s.PutRules(ctx, shelf.Key{Model: "rules", Version: 1}, 0, &shelf.Rules{Place: []uint32{1},
		Left: [][]int64{{1, 2}}, Right: [][]int64{{3}}, Both: []int64{4}, Baskets: []int64{9},
		Support: []float64{.4}, Confidence: []float64{.5}, Lift: []float64{2}, Leverage: []float64{.1}}))
	must(t, s.PutTops(ctx, shelf.Key{Model: "factors", Version: 1}, 0, &shelf.Tops{Member: []int64{1},
		Place: []uint16{1}, Home: []int32{2}, SKU: []int64{3}, Score: []float64{.5},
		Reason: []string{"taste"},
		Bought: []int32{0}, EveryDays: []float64{0}}))
	must(t, s.PutPopular(ctx, shelf.Key{Model: "popularity", Version: 1}, 0, &shelf.Popular{Store: []int32{0},
		Hour: []uint8{8}, Place: []uint16{1}, SKU: []int64{3}, Share: []float64{.5}, Units: []int64{8}}))
	for model, view := range map[string]string{"rules": "rule_now", "factors": "member_top_now",
		"popularity": "popular_now"} {
		count := func() (n uint64) {
			_, err := db.Row(ctx, "SELECT count() FROM "+view, nil, &n)
			must(t, err)
			return n
		}
		if n := count(); n != 0 {
			t.Errorf("%s shows %d rows before the version was written", view, n)
		}
		must(t, s.PutVersion(ctx, shelf.Version{Key: shelf.Key{Model: model, Version: 1}, Published: true}))
		if n := count(); n != 1 {
			t.Errorf("%s shows %d rows, want 1", view, n)
		}
	}
}
