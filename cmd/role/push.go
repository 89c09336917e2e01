package role

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/tillstream/tillstream/models/push"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// PushConfig says what a batch of push lists is made of.
type PushConfig struct {
	Postgres, ClickHouse string
	// TimeZone is that of the chain's own day.
	TimeZone string
	Push     push.Config
	// Days is how far back it counts where members bought, Span over how many days the cap on lists a
	// member goes, this one included, Keep how many days batches are kept.
	Days, Span, Keep int
	// MinOff is how much a special lies below the list price at least, as a share.
	MinOff float64
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
}

// PushSummary says what became of a batch.
type PushSummary struct {
	Day retail.Day `json:"-"`
	// Stores have Specials today, Members agree to marketing, Capped of them have got enough, Lists were
	// written.
	Stores   int `json:"stores"`
	Specials int `json:"specials"`
	Members  int `json:"members"`
	Capped   int `json:"capped"`
	Lists    int `json:"lists"`
}

// placesMost is how many stores where a member bought are looked at; pushBlock how many rows one insert has.
const (
	placesMost = 3
	pushBlock  = 50_000
	modelPush  = "push"
)

// Push makes the push lists of today and writes them to the warehouse as one batch, which takes the place of
// an earlier one of the same day.
func Push(ctx context.Context, cfg PushConfig, log *slog.Logger) (s PushSummary, err error) {
	if err := errors.Join(need(cfg.Postgres, "POSTGRES"), need(cfg.ClickHouse, "CLICKHOUSE")); err != nil {
		return s, err
	}
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		return s, fmt.Errorf("cannot use the time zone %q: %w", cfg.TimeZone, err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	db, err := postgres.Open(ctx, postgres.Config{DSN: cfg.Postgres, Connections: 2, Writers: 1,
		Application: "tillstream-push"})
	if err != nil {
		return s, err
	}
	defer db.Close()
	click, err := clickhouse.Open(ctx, clickhouse.Config{URL: cfg.ClickHouse, Log: log})
	if err != nil {
		return s, err
	}
	defer click.Close()
	house, err := warehouse.New(warehouse.Config{DB: click, TimeZone: cfg.TimeZone, Timeout: readWithin})
	if err != nil {
		return s, err
	}
	now := cfg.Now()
	p := &pusher{cfg: cfg, db: db, house: house, shelf: shelf.New(click, shelf.Config{}), now: now,
		summary: PushSummary{Day: retail.DayOf(now.In(zone))},
		key:     shelf.Key{Model: modelPush, Version: now.UnixMicro()}}
	return p.run(ctx)
}

// pusher makes one batch.
type pusher struct {
	cfg     PushConfig
	db      *postgres.DB
	house   *warehouse.Warehouse
	shelf   *shelf.Shelf
	now     time.Time
	key     shelf.Key
	summary PushSummary

	rows  shelf.Pushes
	block int
}

func (p *pusher) run(ctx context.Context) (PushSummary, error) {
	rows := p.db.Catalogue()
	c, err := readCatalogue(rows)(ctx)
	if err != nil {
		return p.summary, err
	}
	rules, err := readRules(rows)(ctx)
	if err != nil {
		return p.summary, err
	}
	c.At = p.now
	stores, err := p.specials(ctx, &c, rules)
	if err != nil {
		return p.summary, err
	}
	planner, err := push.NewPlanner(p.cfg.Push, stores)
	if err != nil {
		return p.summary, err
	}
	known, err := p.known(ctx, stores)
	if err != nil {
		return p.summary, err
	}
	if err := p.lists(ctx, planner, known); err != nil {
		return p.summary, err
	}
	kept := p.now.AddDate(0, 0, -max(p.cfg.Keep, p.cfg.Span)).UnixMicro()
	_, err = p.shelf.PruneBefore(ctx, modelPush, kept)
	return p.summary, err
}

// specials finds what stores sell below the list price today, have, and may show.
func (p *pusher) specials(ctx context.Context, c *recommend.Catalogue, rules []retail.MerchandisingRule) (
	[]push.Store, error) {
	found := todaysSpecials(c, rules, p.cfg.MinOff)
	there := make(map[retail.StockKey]bool, len(found))
	err := p.db.Stock().Snapshot(ctx, func(l retail.StockLevel) error {
		if _, special := found[l.StockKey]; special && l.Available() > 0 {
			there[l.StockKey] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	at := make(map[retail.StoreID]*push.Store, len(c.Stores))
	stores := make([]push.Store, len(c.Stores))
	for i := range c.Stores {
		stores[i] = push.Store{ID: c.Stores[i].ID, Point: c.Stores[i].Location}
		at[stores[i].ID] = &stores[i]
	}
	for key := range there {
		s := at[key.Store]
		if len(s.Specials) == 0 {
			p.summary.Stores++
		}
		p.summary.Specials++
		s.Specials = append(s.Specials, found[key])
	}
	return stores, nil
}

// known is what a batch knows of members beside their consent.
type known struct {
	places map[retail.MemberID][]retail.StoreID
	tastes map[retail.MemberID]map[retail.SKUID]float64
	told   map[retail.MemberID]int
}

// known reads where members bought, what they like of the specials, and what they were told lately.
func (p *pusher) known(ctx context.Context, stores []push.Store) (k known, err error) {
	k = known{map[retail.MemberID][]retail.StoreID{}, map[retail.MemberID]map[retail.SKUID]float64{},
		map[retail.MemberID]int{}}
	all, today := retail.HQScope(), p.summary.Day
	err = p.house.Places(ctx, all, today-retail.Day(p.cfg.Days), placesMost,
		func(id retail.MemberID, stores []retail.StoreID) { k.places[id] = stores })
	if err != nil {
		return k, err
	}
	skus := map[retail.SKUID]bool{}
	for i := range stores {
		for _, s := range stores[i].Specials {
			skus[s.SKU] = true
		}
	}
	err = p.house.Tastes(ctx, all, slices.Sorted(maps.Keys(skus)),
		func(id retail.MemberID, sku retail.SKUID, taste float64) {
			if k.tastes[id] == nil {
				k.tastes[id] = map[retail.SKUID]float64{}
			}
			k.tastes[id][sku] = taste
		})
	if err != nil {
		return k, err
	}
	return k, p.house.Told(ctx, all, today-retail.Day(p.cfg.Span)+1, today,
		func(id retail.MemberID, lists int) { k.told[id] = lists })
}

// lists writes the list of each member who agrees to marketing, then the row that makes the batch count.
func (p *pusher) lists(ctx context.Context, planner *push.Planner, k known) error {
	var failed error
	var list push.List
	err := p.db.Catalogue().Marketable(ctx, func(m *retail.Member) {
		p.summary.Members++
		if failed != nil {
			return
		}
		who := push.Member{ID: m.ID, Personal: m.Personalized, Origin: m.Origin, Recent: k.told[m.ID]}
		if who.Recent >= p.cfg.Push.Most {
			p.summary.Capped++
		}
		if m.Personalized {
			who.Bought, who.Taste = k.places[m.ID], k.tastes[m.ID]
		}
		if planner.List(&who, &list) {
			p.add(&list)
			if len(p.rows.Place) >= pushBlock {
				failed = p.flush(ctx)
			}
		}
	})
	if err = errors.Join(err, failed); err == nil {
		err = p.flush(ctx)
	}
	if err != nil {
		return err
	}
	return p.shelf.PutVersion(ctx, shelf.Version{Key: p.key, Published: true,
		Members: int64(p.summary.Lists), Items: int64(p.summary.Specials), FirstDay: p.summary.Day,
		LastDay: p.summary.Day, HeldFrom: p.now, MadeAt: p.now})
}

func (p *pusher) add(l *push.List) {
	p.summary.Lists++
	r := &p.rows
	for place, line := range l.Lines {
		r.Store, r.Member = append(r.Store, int32(l.Store)), append(r.Member, int64(l.Member))
		r.Place, r.SKU = append(r.Place, uint16(place+1)), append(r.SKU, int64(line.SKU))
		r.PriceFen, r.ListFen = append(r.PriceFen, int64(line.Price)), append(r.ListFen, int64(line.List))
		r.Taste, r.Metres = append(r.Taste, line.Taste), append(r.Metres, l.Metres)
		r.Near, r.NearBought = append(r.Near, int32(l.From)), append(r.NearBought, l.Bought)
	}
}

func (p *pusher) flush(ctx context.Context) error {
	if len(p.rows.Place) == 0 {
		return nil
	}
	err := p.shelf.PutPushes(ctx, p.key, p.block, &p.rows)
	p.block, p.rows = p.block+1, shelf.Pushes{}
	return err
}
