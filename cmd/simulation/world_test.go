//go:build synctests

package simulation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// happening is one fact of the world, or a record that is none.
type happening struct {
	kind event.Kind
	key  string
	m    event.Message
	// when orders the happenings of a source; it is not what the clock in the fact says.
	when        float64
	at          event.Position
	committedUS int64
	// poison is 0 for a fact, else what is wrong with the record.
	poison int
	wire   []byte
}

// origin is a source of facts: a database or a gateway. It numbers its facts upwards.
type origin struct {
	name string
	all  []*happening
}

// world is what happens in one seed.
type world struct {
	rand                   *rand.Rand
	stores, skus, members  int
	orders, visits, poison int
	databases, gateways    []*origin
	orderID                int64
	stock                  map[[2]int64]int32
}

// noon is when trade is in full swing.
var noon = time.Date(2026, 3, 5, 4, 0, 0, 0, time.UTC)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func newWorld(seed uint64) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &world{
		rand: r, stores: r.IntN(4) + 1, skus: r.IntN(8) + 1, members: r.IntN(5) + 1,
		orders: r.IntN(16) + 1, visits: r.IntN(16), stock: make(map[[2]int64]int32),
	}
	if r.IntN(2) == 0 {
		w.poison = r.IntN(4)
	}
	for i := range r.IntN(2) + 1 {
		w.databases = append(w.databases, &origin{name: fmt.Sprintf("/oltp/%d", i+1)})
	}
	for i := range r.IntN(2) + 1 {
		w.gateways = append(w.gateways, &origin{name: fmt.Sprintf("/gateway/%d", i+1)})
	}
	w.catalogue()
	for range w.orders {
		w.order()
	}
	for range w.visits {
		w.visit()
	}
	for i := range w.poison {
		w.spoil(i + 1)
	}
	for _, o := range w.origins() {
		o.number(r)
	}
	return w
}

func (w *world) origins() []*origin { return append(slices.Clone(w.databases), w.gateways...) }

func (w *world) tell(o *origin, when float64, kind event.Kind, key int64, m event.Message) {
	o.all = append(o.all, &happening{kind: kind, key: strconv.FormatInt(key, 10), m: m, when: when})
}

// number puts the happenings into order and gives them positions; several may share a commit.
func (o *origin) number(r *rand.Rand) {
	slices.SortStableFunc(o.all, func(a, b *happening) int {
		switch {
		case a.when < b.when:
			return -1
		case a.when > b.when:
			return 1
		}
		return 0
	})
	at := event.Position{Commit: uint64(r.IntN(1 << 30))}
	for _, h := range o.all {
		if r.IntN(3) == 0 {
			at.Index++
		} else {
			at = event.Position{Commit: at.Commit + uint64(r.IntN(1000)) + 1}
		}
		h.at, h.committedUS = at, noon.UnixMicro()+int64(h.when*3.6e9)
		wire, err := event.Append(nil, h.m)
		if err != nil {
			panic("BUG: the world makes a fact that cannot be encoded: " + err.Error())
		}
		h.wire = wire
	}
}

// clock returns the time that a fact says it happened at: mostly when it did, sometimes a day ago,
// because a till was offline.
func (w *world) clock(when float64) *event.StoreTime {
	if w.rand.IntN(8) == 0 {
		when -= 24 * w.rand.Float64() * 2
	}
	return event.At(noon.Add(time.Duration(when*3.6e12)), shanghai)
}

// record wraps a happening as the relay does.
func (h *happening) record(source string) *kafka.Record {
	r := &kafka.Record{
		Topic: string(h.kind.Topic()), Key: []byte(h.key), Value: h.wire,
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: h.at.Append(nil)},
			{Key: event.HeaderType, Value: []byte(h.kind.String())},
			{Key: event.HeaderSource, Value: []byte(source)},
			{Key: event.HeaderTime, Value: time.UnixMicro(h.committedUS).UTC().AppendFormat(nil,
				time.RFC3339Nano)},
		},
	}
	switch h.poison {
	case 1:
		r.Value = []byte{0xff, 0xff, 0xff}
	case 2:
		r.Headers = r.Headers[1:]
	case 3:
		r.Headers[1].Value = []byte("somebody.else.v1")
	case 4:
		r.Topic = string(event.TopicStock)
	case 5:
		r.Value = nil
	}
	return r
}

// spoil puts a record that is no fact among those of a database. Its key tells it from all others.
func (w *world) spoil(i int) {
	o := w.databases[w.rand.IntN(len(w.databases))]
	o.all = append(o.all, &happening{
		kind: event.KindOrderPlaced, key: fmt.Sprintf("poison %d", i), when: w.rand.Float64(),
		m:      &event.OrderPlaced{OrderId: 1, StoreId: 1, PlacedAt: w.clock(0)},
		poison: w.rand.IntN(5) + 1,
	})
}
