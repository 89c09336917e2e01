package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// What the visitors of the bench are like. A session stays in one store and has some four to twelve
// events, as those that the simulated world browses; shoppersAtOnce are in the shop at any time.
const (
	visitorCount   = 20_000
	shoppersAtOnce = 4_000
	eventsPerS     = 8_000
	queryCount     = 500
	seedOfShoppers = 4
)

// shoppers make behaviour events of all kinds, as the gateway would write them: always the same ones.
type shoppers struct {
	rng      *rand.Rand
	sessions []session
	start    time.Time
	made     int64
	position event.Position
	clock    []byte
	zone     *time.Location
	types    map[event.Kind][]byte
}

type session struct {
	visitor, id uint64
	member      int64
	store       int32
	channel     event.Channel
	left        int
}

// newShoppers makes events that happened from start on.
func newShoppers(start time.Time) *shoppers {
	s := &shoppers{rng: rand.New(rand.NewPCG(seedOfShoppers, 1)), start: start,
		sessions: make([]session, shoppersAtOnce), zone: time.FixedZone("Asia/Shanghai", 8*3600),
		types: map[event.Kind][]byte{}}
	for _, k := range event.Kinds() {
		s.types[k] = []byte(k.String())
	}
	for i := range s.sessions {
		s.enter(&s.sessions[i])
		s.sessions[i].left = 1 + s.rng.IntN(12) // they are in the middle of it
	}
	return s
}

// enter starts a session: three visitors in four are signed in, seven in eight use the mini-program.
func (s *shoppers) enter(x *session) {
	r := s.rng
	number := r.Uint64N(visitorCount) + 1
	*x = session{visitor: number * 0x9E3779B97F4A7C15, id: r.Uint64(), store: r.Int32N(storeCount) + 1,
		channel: event.Channel_CHANNEL_MINI_PROGRAM, left: 4 + r.IntN(9)}
	if r.IntN(4) > 0 {
		x.member = int64(number)
	}
	if r.IntN(8) == 0 {
		x.channel = event.Channel_CHANNEL_WEB
	}
}

// next makes one event.
func (s *shoppers) next() (event.Kind, event.Message) {
	r := s.rng
	x := &s.sessions[r.IntN(len(s.sessions))]
	if x.left == 0 {
		s.enter(x)
	}
	x.left--
	at := s.start.Add(time.Duration(s.made) * time.Second / eventsPerS)
	s.made++
	id := make([]byte, 16)
	for i := range id {
		id[i] = byte(r.Uint32())
	}
	v := &event.Visit{EventId: id, VisitorId: x.visitor, SessionId: x.id, MemberId: x.member,
		StoreId: x.store, Channel: x.channel, At: event.At(at, s.zone), Simulated: true}
	sku := func() int64 { return r.Int64N(skuCount) + 1 }
	trace := func() string { return fmt.Sprintf("%016x", r.Uint64()) }
	switch p := r.IntN(100); {
	case p < 36:
		return event.KindView, &event.View{Visit: v, SkuId: sku(), DwellMs: r.Int32N(20_000)}
	case p < 56:
		return event.KindClick, &event.Click{Visit: v, SkuId: sku(), Slot: "home",
			Position: r.Int32N(8) + 1, AttributionId: trace()}
	case p < 68:
		shown := make([]int64, 2+r.IntN(5))
		for i := range shown {
			shown[i] = sku()
		}
		return event.KindImpression, &event.Impression{Visit: v, Slot: "home", SkuIds: shown,
			AttributionId: trace()}
	case p < 80:
		return event.KindAddToCart, &event.AddToCart{Visit: v, SkuId: sku(), Qty: r.Int32N(3) + 1}
	case p < 90:
		return event.KindSearch, &event.Search{Visit: v, Query: fmt.Sprint("商品 ", r.IntN(queryCount)),
			Results: r.Int32N(40)}
	case p < 96:
		return event.KindCouponIssued, &event.CouponIssued{Visit: v, CouponId: r.Int64N(1 << 40),
			CampaignId: r.Int32N(20) + 1}
	default:
		return event.KindCouponRedeemed, &event.CouponRedeemed{Visit: v, CouponId: r.Int64N(1 << 40),
			CampaignId: r.Int32N(20) + 1, OrderId: r.Int64N(1 << 40), DiscountFen: r.Int64N(5_000)}
	}
}

// record writes an event as the gateway does, five to a request: those share commit and time.
func (s *shoppers) record(kind event.Kind, m event.Message) (*kafka.Record, error) {
	if s.position.Index++; s.position.Index%5 == 0 || s.clock == nil {
		s.position = event.Position{Commit: s.position.Commit + 1}
		s.clock = time.Now().UTC().AppendFormat(nil, time.RFC3339Nano)
	}
	wire, err := event.Append(nil, m)
	if err != nil {
		return nil, err
	}
	visitor := m.(interface{ GetVisit() *event.Visit }).GetVisit().VisitorId
	return &kafka.Record{
		Topic: string(kind.Topic()), Key: fmt.Append(nil, int64(visitor)), Value: wire,
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: s.position.Append(nil)},
			{Key: event.HeaderType, Value: s.types[kind]},
			{Key: event.HeaderSource, Value: []byte("gateway/bench")},
			{Key: event.HeaderTime, Value: s.clock},
			{Key: event.HeaderSpecVersion, Value: []byte(event.SpecVersion)},
			{Key: event.HeaderContentType, Value: []byte(event.ContentType)},
		},
	}, nil
}
