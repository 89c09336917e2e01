package recommend_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

func tiny() *recommend.Snapshot {
	return simulated.World(2, simulated.Size{Items: 12, Stores: 2, Members: 3, Neighbours: 2, Personal: 2,
		Owned: 1, Popular: 2, HourSlots: 2, Rules: 5, Visits: 3})
}

func TestSnapshotComesBack(t *testing.T) {
	for _, want := range []*recommend.Snapshot{tiny(), simulated.World(1, simulated.Shop()), {Version: 3}} {
		if err := want.Prepare(); err != nil {
			t.Fatal(err)
		}
		frame := want.Append(nil)
		got, err := recommend.Decode(frame)
		if err != nil || !bytes.Equal(got.Append(nil), frame) {
			t.Fatalf("version %d comes back as another: %v", want.Version, err)
		}
		if want.Visits != nil {
			clicks, top := []int32{1, 2, 3}, make([]list.Scored, 0, 9)
			if a, b := got.Visits.Index.NewReader().Scores(clicks, top),
				want.Visits.Index.NewReader().Scores(clicks, make([]list.Scored, 0, 9)); len(a) == 0 ||
				!slices.Equal(a, b) {
				t.Errorf("another index of visits: %v, %v", a, b)
			}
			got.Visits = want.Visits // an index holds addresses
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("version %d comes back as another", want.Version)
		}
	}
}

func TestWhatIsNoSnapshotIsRefused(t *testing.T) {
	frame := tiny().Append(nil)
	f := func(what string, bad []byte, want error) {
		t.Helper()
		if s, err := recommend.Decode(bad); s != nil || !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	for n := range frame {
		f("truncated", frame[:n], recommend.ErrTruncated)
	}
	changed := func(at int) []byte {
		bad := append([]byte(nil), frame...)
		bad[at] ^= 1
		return bad
	}
	f("another magic", changed(0), recommend.ErrNotSnapshot)
	f("another layout", changed(8), recommend.ErrLayout)
	f("another checksum", changed(20), recommend.ErrCorrupt)
	for at := 28; at < len(frame); at++ {
		f("a bit flipped", changed(at), recommend.ErrCorrupt)
	}
	f("too long", append(append([]byte(nil), frame...), 0), recommend.ErrCorrupt)
}

func TestNumbersThatCannotBeAreRefused(t *testing.T) {
	f := func(change func(*recommend.Snapshot)) {
		t.Helper()
		s := tiny()
		change(s)
		if s.Prepare() == nil {
			t.Error("a bad snapshot is taken")
		}
		if _, err := recommend.Decode(s.Append(nil)); !errors.Is(err, recommend.ErrCorrupt) {
			t.Errorf("a bad snapshot is read: %v", err)
		}
	}
	nan := float32(math.NaN())
	f(func(s *recommend.Snapshot) { s.Items.SKU[0] = 0 })
	f(func(s *recommend.Snapshot) { s.Items.Code = s.Items.Code[1:] })
	f(func(s *recommend.Snapshot) { s.Items.Brand[0] = 1 << 20 })
	f(func(s *recommend.Snapshot) { s.Categories.End[3] = 2 })
	f(func(s *recommend.Snapshot) { s.Neighbours.List[0].Item = 12 })
	f(func(s *recommend.Snapshot) { s.Neighbours.List[0].Item = -1 })
	f(func(s *recommend.Snapshot) { s.Neighbours.List[0].Score = nan })
	f(func(s *recommend.Snapshot) { s.Neighbours.List[0].Value = float32(math.Inf(1)) })
	f(func(s *recommend.Snapshot) { s.Personal.Start[1] = 1 << 30 })
	f(func(s *recommend.Snapshot) { s.Personal.Start = s.Personal.Start[:2] })
	f(func(s *recommend.Snapshot) { s.Here.List[0] = recommend.Edge{} })
	f(func(s *recommend.Snapshot) { s.Owned.Item[0] = 99 })
	f(func(s *recommend.Snapshot) { s.Newest[0] = -1 })
	f(func(s *recommend.Snapshot) { s.Members[0] = 0 })
	f(func(s *recommend.Snapshot) { s.HourSlots = 25 })
	f(func(s *recommend.Snapshot) { s.Stores.Latitude[0] = math.NaN() })
	f(func(s *recommend.Snapshot) { s.Prices.Fen = append(s.Prices.Fen, 5) })
}

// FuzzDecode reads any bytes, once as they are and once under a header that fits them: never a panic, and
// what is read can be ranked.
func FuzzDecode(f *testing.F) {
	f.Add(tiny().Append(nil))
	bare := tiny()
	bare.Rules, bare.Visits = nil, nil
	f.Add(bare.Append(nil))
	var empty recommend.Snapshot
	f.Add(empty.Append(nil))
	f.Add([]byte("tsrecom\n"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		_, _ = recommend.Decode(frame)
		if len(frame) < 28 {
			return
		}
		recommend.Seal(frame)
		s, err := recommend.Decode(frame)
		if err != nil {
			return
		}
		blend := recommend.DefaultBlend()
		stock := recommend.NewBits(s.Items.Len())
		for item := range int32(s.Items.Len()) {
			stock.Set(item, true)
		}
		q := recommend.Query{Stock: stock, Limit: 5, Filter: recommend.FilterNone(), Blend: &blend,
			Personal: true, Recent: []recommend.Touch{{Item: 0, Act: recommend.Clicked}},
			Anchors: []int32{0, 1, 2}, Member: int32(len(s.Members)) - 1, Store: int32(len(s.Stores.ID)) - 1}
		rank(s, &q)
	})
}
