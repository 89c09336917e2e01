package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/nearby"
	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const (
	// maxNearSKUs bounds the SKUs that may be asked for.
	maxNearSKUs = 50
	// nearBatch is for how many stores stock is read at once, maxNearBatches how often.
	nearBatch, maxNearBatches = 200, 10
	// maxNearQty bounds the pieces of one SKU.
	maxNearQty = 100_000
)

type nearestQuery struct {
	Latitude    float64 `query:"latitude" required:"true" minimum:"-90" maximum:"90" doc:"Degrees."`
	Longitude   float64 `query:"longitude" required:"true" minimum:"-180" maximum:"180" doc:"Degrees."`
	Coordinates string  `query:"coordinates" enum:"wgs84,gcj02" default:"wgs84" doc:"What the degrees are in."`
	Service     string  `query:"service" enum:"carry_out,pickup,same_city,express" doc:"How the goods shall be handed over. same_city finds only stores that deliver to the point."`
	SKUs        string  `query:"skus" maxLength:"4000" doc:"Codes of SKUs with quantities, such as A:2,B:1; only stores that have all of them are found."`
	Limit       int     `query:"limit" minimum:"1" maximum:"50" default:"10" doc:"Most stores to answer."`
}

type nearestAnswer struct{ Body *wire.NearStores }

type storePath struct {
	Store string `path:"store" maxLength:"64" doc:"Code of the store." example:"367"`
}

type statusAnswer struct{ Body *wire.StoreStatus }

func (a *API) nearestRoutes() {
	huma.Register(a.huma, huma.Operation{OperationID: "nearest-stores", Method: http.MethodGet,
		Path: "/v1/stores/nearest", Tags: []string{"catalogue"}, Summary: "Find the stores near a point",
		Description: "Stores that can serve and are open, or say when they open, the nearest first, with " +
			"what they have of the SKUs that are asked for and links to maps. For everybody who is " +
			"signed in, over the whole chain: it tells what every customer may know.",
		Responses: a.reads(reflect.TypeFor[wire.NearStores]()),
	}, a.nearest)
	huma.Register(a.huma, huma.Operation{OperationID: "store-status", Method: http.MethodGet,
		Path: "/v1/stores/{store}/status", Tags: []string{"catalogue"}, Summary: "Show a store as it stands",
		Description: "Whether it is open, when it opens and closes, and how it hands over goods. For " +
			"everybody who is signed in.",
		Responses: a.reads(reflect.TypeFor[wire.StoreStatus]()),
	}, func(_ context.Context, in *storePath) (*statusAnswer, error) {
		id, _, known := a.cfg.Lookup.Store(in.Store)
		s, found := a.cfg.Lookup.StoreByID(id)
		switch {
		case a.cfg.Lookup.Down(catalogue.OfStores) && (!known || !found):
			return nil, a.outage(catalogue.ErrUnavailable, true)
		case !known || !found:
			return nil, notFound("Store " + in.Store)
		}
		status := storeStatus(s, nearby.OpeningOf(s, a.cfg.Now()), radiusOf(s))
		return &statusAnswer{Body: &status}, nil
	})
}

func radiusOf(s *catalogue.Store) int32 {
	if s.RadiusMetres > 0 {
		return s.RadiusMetres
	}
	return routing.DefaultRadiusMetres
}

// wanted is a SKU that is asked for.
type wanted struct {
	code string
	id   retail.SKUID
	qty  int32
}

func (a *API) nearest(ctx context.Context, in *nearestQuery) (*nearestAnswer, error) {
	at := retail.Position{Point: retail.Point{Latitude: in.Latitude, Longitude: in.Longitude}}
	if err := at.Validate(); err != nil { // NaN is within all bounds
		return nil, invalid(wire.Fault{Location: "query.latitude", Reason: err.Error()})
	}
	wants, problem := a.wants(ctx, in.SKUs)
	if problem != nil {
		return nil, problem
	}
	stores, err := a.cfg.Lookup.AllStores(ctx)
	if err != nil {
		return nil, a.outage(err, true)
	}
	at.System, _ = retail.ParseCoordinates(in.Coordinates)
	service, _ := retail.ParseFulfilment(in.Service)
	hits := nearby.Find(stores, nearby.Query{Point: at.WGS84(), Service: service,
		RadiusMetres: routing.DefaultRadiusMetres})
	out := &wire.NearStores{Stores: []wire.NearStore{}, AsOf: a.cfg.Now().UTC()}
	for n := 0; len(hits) > 0 && len(out.Stores) < in.Limit && n < maxNearBatches; n++ {
		batch := hits[:min(nearBatch, len(hits))]
		hits = hits[len(batch):]
		if err := a.serving(ctx, batch, wants, in.Limit, out); err != nil {
			return nil, a.outage(err, true)
		}
	}
	return &nearestAnswer{Body: out}, nil
}

// serving adds those of the stores that have everything and open some day, up to the limit.
func (a *API) serving(ctx context.Context, hits []nearby.Hit, wants []wanted, limit int,
	out *wire.NearStores) error {
	stock, err := a.available(ctx, hits, wants)
	if err != nil {
		return err
	}
	for _, h := range hits {
		if len(out.Stores) == limit {
			return nil
		}
		near := wire.NearStore{DistanceM: h.Metres, Delivers: h.Covers}
		enough := true
		for _, w := range wants {
			has := max(0, stock[retail.StockKey{Store: h.ID, SKU: w.id}])
			enough = enough && has >= w.qty
			near.Stock = append(near.Stock, wire.NearStock{SKU: w.code, Wanted: w.qty, Available: has})
		}
		if !enough {
			continue
		}
		opening := nearby.OpeningOf(h.Store, out.AsOf)
		if !opening.Open && opening.Opens.IsZero() {
			continue
		}
		near.StoreStatus = storeStatus(h.Store, opening, h.RadiusMetres)
		out.Stores = append(out.Stores, near)
	}
	return nil
}

// available reads what the stores can promise of the SKUs. Customers of the whole chain may know it.
func (a *API) available(ctx context.Context, hits []nearby.Hit, wants []wanted) (
	map[retail.StockKey]int32, error) {
	if len(wants) == 0 {
		return nil, nil
	}
	stores, skus := make([]retail.StoreID, len(hits)), make([]retail.SKUID, len(wants))
	for i := range hits {
		stores[i] = hits[i].ID
	}
	for i := range wants {
		skus[i] = wants[i].id
	}
	levels, err := a.cfg.Levels.LevelsOf(ctx, retail.HQScope(), stores, skus)
	out := make(map[retail.StockKey]int32, len(levels))
	for _, l := range levels {
		out[l.StockKey] = l.Available()
	}
	return out, err
}

// wants reads a list such as A:2,B:1. A code without a quantity wants one; a code may hold colons.
func (a *API) wants(ctx context.Context, text string) ([]wanted, *wire.Problem) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	bad := func(what, reason string) ([]wanted, *wire.Problem) {
		return nil, invalid(wire.Fault{Location: "query.skus", Value: value(what), Reason: reason})
	}
	var wants []wanted
	asked := &codes{}
	for part := range strings.SplitSeq(text, ",") {
		w := wanted{code: strings.TrimSpace(part), qty: 1}
		if at := strings.LastIndexByte(w.code, ':'); at >= 0 {
			qty, err := strconv.ParseInt(w.code[at+1:], 10, 32)
			if err != nil || qty < 1 || qty > maxNearQty {
				return bad(part, "must be a code and a quantity from 1 to 100000, such as A:2")
			}
			w.code, w.qty = w.code[:at], int32(qty)
		}
		switch {
		case slices.ContainsFunc(wants, func(x wanted) bool { return x.code == w.code }):
			return bad(part, "stands twice")
		case len(wants) == maxNearSKUs:
			return bad(part, "is one too many: at most 50 SKUs may be asked for")
		}
		wants = append(wants, w)
		asked.sku(w.code)
	}
	if problem := a.prefetch(ctx, asked); problem != nil {
		return nil, problem
	}
	for i := range wants {
		id, known := a.cfg.Lookup.SKU(wants[i].code)
		if !known {
			return bad(wants[i].code, "is not a known SKU")
		}
		wants[i].id = id
	}
	return wants, nil
}

// storeStatus shows a store to customers.
func storeStatus(s *catalogue.Store, o nearby.Opening, radius int32) wire.StoreStatus {
	onMaps := s.Given.GCJ02()
	out := wire.StoreStatus{Code: s.Code, Name: s.Name, NameEN: s.NameEN, City: s.City, Address: s.Address,
		Phone: s.Phone, Latitude: s.Location.Latitude, Longitude: s.Location.Longitude,
		MapLatitude: onMaps.Latitude, MapLongitude: onMaps.Longitude, Trades: s.Active, OpenNow: o.Open,
		OpensAt: given(o.Opens, s.Zone), ClosesAt: given(o.Closes, s.Zone), Hours: s.Hours.WeekText(),
		SpecialDays: s.Hours.SpecialText(), Services: s.Services.Names(), DeliveryRadiusM: radius}
	for _, m := range nearby.MapLinks(&s.Store) {
		out.Maps = append(out.Maps, wire.MapLink{Provider: m.Provider,
			Coordinates: m.Coordinates.String(), URL: m.URL})
	}
	return out
}

func given(t time.Time, zone *time.Location) *time.Time {
	if t.IsZero() {
		return nil
	}
	local := t.In(zone)
	return &local
}
