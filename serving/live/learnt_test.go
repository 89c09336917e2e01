package live_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	models "github.com/tillstream/tillstream/warehouse/shelf"
)

// kept is a place of models in memory; it implements train.Source.
type kept struct {
	versions map[string][]int64 // the newest first
	blobs    map[string][]byte
}

func (k *kept) Versions(_ context.Context, model string, _ bool, most int) (all []models.Version, err error) {
	for _, v := range k.versions[model] {
		all = append(all, models.Version{Key: models.Key{Model: model, Version: v}, Published: true})
	}
	return all[:min(len(all), most)], nil
}

func (k *kept) Blob(_ context.Context, key models.Key, name string) ([]byte, error) {
	if b, ok := k.blobs[fmt.Sprint(key.Model, key.Version)]; ok && name != "ease" {
		return b, nil
	}
	return nil, models.ErrAbsent
}

func (k *kept) put(t *testing.T, model string, version int64, l *train.Lists) {
	t.Helper()
	frame, err := l.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	k.keep(model, version, frame)
}

func (k *kept) keep(model string, version int64, frame []byte) {
	k.versions[model] = append([]int64{version}, k.versions[model]...)
	k.blobs[fmt.Sprint(model, version)] = frame
}

func rows(rows ...[]train.Proposal) (t train.Table) {
	for _, row := range rows {
		t.Append(row)
	}
	return t
}

// published is a small chain: three goods, two members, one store.
func published(t *testing.T) *kept {
	k := &kept{map[string][]int64{}, map[string][]byte{}}
	k.put(t, train.Neighbours, 1, &train.Lists{Items: []int64{10, 20, 30}, Goes: rows(
		[]train.Proposal{{Item: 1, Score: .8, Value: 3, Share: .5, Count: 9, Kind: train.Bought}},
		[]train.Proposal{{Item: 0, Score: .4, Share: .4, Kind: train.Alike}}, nil)})
	k.put(t, train.NextBasket, 1, &train.Lists{Items: []int64{20, 30}, Members: []int64{5, 7},
		OwnedStart: []int32{0, 1, 2}, Owned: []int32{1, 0}, Personal: rows(
			[]train.Proposal{{Item: 0, Score: .2, Value: 7, Share: .2, Count: 3, Kind: train.Habit}}, nil)})
	k.put(t, train.Factors, 4, &train.Lists{Items: []int64{10, 20}, Members: []int64{7}, Personal: rows(
		[]train.Proposal{{Item: 1, Score: .6, Share: .6, Kind: train.Taste}})})
	sold := []train.Proposal{{Item: 0, Score: 1, Share: .1, Count: 44, Kind: train.Sold}}
	k.put(t, train.Popularity, 2, &train.Lists{Items: []int64{30}, Stores: []int64{3}, Parts: 2,
		Here: rows(sold, nil), Chain: rows(sold, sold)})
	return k
}

func TestPublishedModelsBecomeOneSnapshot(t *testing.T) {
	k := published(t)
	l := &live.Learnt{From: k, Logger: slog.New(slog.DiscardHandler)}
	frame, err := l.Newer(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := recommend.Decode(frame)
	if err != nil {
		t.Fatal(err)
	}
	edge := func(e []recommend.Edge, n int, sku retail.SKUID, kind recommend.Kind, count int) {
		t.Helper()
		if len(e) != n || n > 0 && (e[0].Item != s.Item(sku) || e[0].Kind() != kind ||
			e[0].Count() != count) {
			t.Errorf("got %+v, want %d edges, the first to %d of kind %d", e, n, sku, kind)
		}
	}
	edge(s.Neighbours.Row(s.Item(10), 9), 1, 20, recommend.BoughtTogether, 9)
	edge(s.Neighbours.Row(s.Item(20), 9), 1, 10, recommend.Similar, 0)
	edge(s.Neighbours.Row(s.Item(30), 9), 0, 0, 0, 0)
	edge(s.Personal.Row(s.Member(5), 9), 1, 20, recommend.Repeat, 3)
	edge(s.Personal.Row(s.Member(7), 9), 1, 20, recommend.Taste, 0)
	edge(s.Here.Row(s.Store(3)*2, 9), 1, 30, recommend.SoldHere, 44)
	edge(s.Chain.Row(1, 9), 1, 30, recommend.SoldByChain, 44)
	if own := s.Owned.Item[s.Owned.Start[0]:s.Owned.Start[1]]; len(own) != 1 || own[0] != s.Item(30) {
		t.Errorf("member 5 owns %v", own)
	}
	if frame, err = l.Newer(t.Context(), s.Version); frame != nil || err != nil {
		t.Errorf("nothing new gave %d bytes, %v", len(frame), err)
	}
	k.put(t, train.Factors, 5, &train.Lists{Items: []int64{10}})
	if frame, err = l.Newer(t.Context(), s.Version); len(frame) == 0 || err != nil {
		t.Errorf("a new version gave %d bytes, %v", len(frame), err)
	}
}

// What cannot be read is told, and does not take the place of what can.
func TestAModelThatCannotBeReadLeavesTheOldOne(t *testing.T) {
	k := published(t)
	var said strings.Builder
	l := &live.Learnt{From: k, Logger: slog.New(slog.NewTextHandler(&said, nil))}
	first, err := l.Newer(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	old, err := recommend.Decode(first)
	if err != nil {
		t.Fatal(err)
	}
	good := k.blobs["neighbours1"]
	k.versions[train.Neighbours] = []int64{9, 1}
	for at := range len(good) {
		k.blobs["neighbours9"] = good[:at]
		if frame, err := l.Newer(t.Context(), old.Version); frame != nil || err == nil {
			t.Fatalf("cut to %d bytes: %d bytes served, %v", at, len(frame), err)
		}
	}
	altered := append([]byte(nil), good...)
	altered[len(altered)/2]++
	k.blobs["neighbours9"] = altered
	frame, err := l.Newer(t.Context(), 0) // a server that has just started
	if err != nil {
		t.Fatal(err)
	}
	if s, err := recommend.Decode(frame); err != nil || s.Version != old.Version {
		t.Errorf("the version before does not stand in: %v", err)
	}
	if !strings.Contains(said.String(), "cannot be read") {
		t.Errorf("nobody was told: %q", said.String())
	}
	k.blobs = nil
	if frame, err := l.Newer(t.Context(), 0); frame != nil || !errors.Is(err, models.ErrAbsent) {
		t.Errorf("no readable model: %d bytes, %v", len(frame), err)
	}
}
