package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// probes is how many requests TestProbes makes.
const probes = 100_000

// quarter is a seeded chain of four regions with five stores each, and who may see what of it.
type quarter struct {
	*house
	handler http.Handler
	// storeOf is the truth: the store of every order.
	storeOf map[int64]string
	orders  []int64
	stores  []string
	skus    []string
	people  []person
	gets    []*huma.Operation

	mu      sync.Mutex
	cursors []string
}

// person is a principal with the stores that it may see rows of.
type person struct {
	staff.Principal
	token string
	sees  map[string]bool
}

// TestProbes makes seeded random requests as everybody, for everything that can be read, with filters and
// cursors of others. No answer may show a row of a store outside the scope of whoever asked.
func TestProbes(t *testing.T) {
	const seed = 20261124
	q := openQuarter(t, rand.New(rand.NewPCG(seed, 1)))
	began := time.Now()
	var next, shown, outside atomic.Int64
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(worker)+2))
			for next.Add(1) <= probes && outside.Load() < 10 {
				n, leak := q.probe(rng)
				shown.Add(int64(n))
				if leak != "" {
					outside.Add(1)
					t.Errorf("seed %d: %s", seed, leak)
				}
			}
		})
	}
	group.Wait()
	t.Logf("seed %d: %d probes of %d routes showed %d rows, %d outside scope, in %s", seed, probes,
		len(q.gets), shown.Load(), outside.Load(), time.Since(began).Round(time.Millisecond))
	if shown.Load() < probes/4 { // what is read of goods names no store
		t.Errorf("%d probes showed only %d rows: they ask for nothing", probes, shown.Load())
	}
}

func openQuarter(t *testing.T, rng *rand.Rand) *quarter {
	t.Helper()
	q := &quarter{house: buildOn(t, pgtest.Start(t), order.Config{}), storeOf: map[int64]string{}}
	q.handler = q.Config.Handler
	ctx := t.Context()
	var stores []wire.Store
	var regions []wire.Region
	for r := range 4 {
		regions = append(regions, wire.Region{Code: fmt.Sprint("region-", r)})
		for s := range 5 {
			q.stores = append(q.stores, fmt.Sprintf("store-%d-%d", r, s))
			stores = append(stores, wire.Store{Code: q.stores[len(q.stores)-1],
				Region: fmt.Sprint("region-", r)})
		}
	}
	merged(t, "regions")(q.hq.PutRegions(ctx, regions))
	merged(t, "stores")(q.hq.PutStores(ctx, stores))
	q.skus = []string{"1", "2"}
	var moves []wire.StockMove
	for _, store := range q.stores {
		for _, sku := range q.skus {
			moves = append(moves, wire.StockMove{Key: store + sku, Store: store, SKU: sku, Kind: "receive",
				Qty: 10_000})
		}
	}
	if _, err := q.hq.MoveStock(ctx, moves); err != nil {
		t.Fatal(err)
	}
	q.trade(ctx, t, rng)
	q.hire(ctx, t)
	for path, item := range apiDocument(q.handler).Paths {
		if item.Get != nil && strings.HasPrefix(path, "/v1/") {
			q.gets = append(q.gets, item.Get)
		}
	}
	slices.SortFunc(q.gets, func(a, b *huma.Operation) int { return strings.Compare(a.Path, b.Path) })
	return q
}

// apiDocument finds the document of the handler that serves it.
func apiDocument(h http.Handler) *huma.OpenAPI {
	return h.(interface{ OpenAPI() *huma.OpenAPI }).OpenAPI()
}

// trade places orders at every store and refunds some.
func (q *quarter) trade(ctx context.Context, t *testing.T, rng *rand.Rand) {
	t.Helper()
	var rows []wire.OrderRow
	for i := range 1_000 {
		rows = append(rows, wire.OrderRow{Key: fmt.Sprint("probe-", i), Order: wire.Order{
			Store: q.stores[rng.IntN(len(q.stores))], Member: []string{"", "M1"}[rng.IntN(2)],
			Paid: rng.IntN(2) == 0, Channel: "mini_program",
			Lines: []wire.OrderLine{{SKU: q.skus[rng.IntN(2)], Qty: 1}}}})
	}
	placed, err := q.hq.PlaceOrders(ctx, rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range placed {
		if p.Order == nil {
			t.Fatalf("order %d: %v", i, p.Problem)
		}
		q.orders = append(q.orders, p.Order.ID)
		q.storeOf[p.Order.ID] = rows[i].Store
		if rows[i].Paid && rng.IntN(4) == 0 {
			back := &wire.Refund{Order: p.Order.ID}
			if _, err := q.hq.Refund(ctx, fmt.Sprint("back-", i), back); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// hire makes principals of every role: for the chain, a region, one store, a few stores, none at all.
func (q *quarter) hire(ctx context.Context, t *testing.T) {
	t.Helper()
	listed, err := q.db.Catalogue().Stores(ctx, retail.HQScope(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string, role staff.Role, sees func(retail.Store) bool) {
		p := person{Principal: staff.Principal{User: name, Role: role}, sees: map[string]bool{}}
		var ids []retail.StoreID
		for _, s := range listed {
			if sees(s) {
				ids, p.sees[s.Code] = append(ids, s.ID), true
			}
		}
		if p.Scope = retail.StoreScope(ids...); role.Chainwide() {
			p.Scope = retail.HQScope()
		}
		if p.token, err = (staff.Issuer{Key: key}).Token(p.Principal, time.Hour); err != nil {
			t.Fatal(err)
		}
		if role == staff.Storefront { // it acts for every store, so it may learn what they have
			for _, s := range listed {
				p.sees[s.Code] = true
			}
		}
		q.people = append(q.people, p)
	}
	every := func(retail.Store) bool { return true }
	none := func(retail.Store) bool { return false }
	add("admin", staff.HQAdmin, every)
	add("analyst", staff.HQAnalyst, every)
	add("app", staff.Storefront, none)
	add("nobody", staff.StoreManager, none)
	add("odd", staff.RegionManager, func(s retail.Store) bool { return s.ID%3 == 0 })
	for r := range 4 {
		region := fmt.Sprint("region-", r)
		add(region, staff.RegionManager, func(s retail.Store) bool { return s.Region.Code == region })
	}
	for _, code := range q.stores {
		add(code, staff.StoreManager, func(s retail.Store) bool { return s.Code == code })
	}
}

// probe makes one random request and returns how many stores the answer named, and the first leak.
func (q *quarter) probe(rng *rand.Rand) (shown int, leak string) {
	who := &q.people[rng.IntN(len(q.people))]
	op := q.gets[rng.IntN(len(q.gets))]
	path, query := op.Path, []string{}
	for _, p := range op.Parameters {
		text := q.draw(rng, p.Name)
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", text)
		case p.In == "query" && text != "" && (p.Required || rng.IntN(3) == 0):
			query = append(query, p.Name+"="+text)
		}
	}
	req := httptest.NewRequest(http.MethodGet, path+"?"+strings.Join(query, "&"), nil)
	req.Header.Set("Authorization", "Bearer "+who.token)
	res := httptest.NewRecorder()
	q.handler.ServeHTTP(res, req)
	if res.Code >= 500 {
		return 0, fmt.Sprintf("%s: GET %s answers %d %s", who.User, req.URL, res.Code, res.Body)
	}
	if res.Code != http.StatusOK {
		return 0, ""
	}
	if slices.Contains(openToAll, op.Path) {
		return 0, ""
	}
	var body any
	if kind := res.Header().Get("Content-Type"); strings.HasPrefix(kind, "text/csv") {
		body = cells(res.Body.String())
	} else if err := json.Unmarshal(res.Body.Bytes(), &body); err != nil {
		return 0, fmt.Sprintf("%s: GET %s: %v in %.80s", who.User, req.URL, err, kind)
	}
	shown, leak = q.outside(who, op.Path, body)
	if leak != "" {
		return shown, fmt.Sprintf("%s (%s) sees %s by GET %s", who.User, who.Role, leak, req.URL)
	}
	return shown, ""
}

// openToAll are routes about what every passer-by can see of every store.
var openToAll = []string{"/v1/stores/{store}/status", "/v1/stores/nearest"}

// cells are the fields of a table as text.
func cells(table string) []any {
	var all []any
	between := func(r rune) bool { return strings.ContainsRune(",\r\n\"", r) }
	for cell := range strings.FieldsFuncSeq(table, between) {
		all = append(all, cell)
	}
	return all
}

// draw makes up a parameter: something of any store, or what another answer gave away.
func (q *quarter) draw(rng *rand.Rand, name string) string {
	switch name {
	case "id", "order":
		return strconv.FormatInt(q.orders[rng.IntN(len(q.orders))]+int64(rng.IntN(2)*rng.IntN(2)), 10)
	case "store", "from_store", "to_store":
		return q.stores[rng.IntN(len(q.stores))]
	case "sku":
		return q.skus[rng.IntN(len(q.skus))]
	case "member":
		return "M1"
	case "limit":
		return strconv.Itoa(1 + rng.IntN(30))
	case "cursor":
		q.mu.Lock()
		defer q.mu.Unlock()
		if len(q.cursors) > 0 {
			return q.cursors[rng.IntN(len(q.cursors))]
		}
	}
	return ""
}

// outside walks an answer and finds codes of stores, and numbers of orders, that somebody may not see.
func (q *quarter) outside(who *person, path string, v any) (shown int, leak string) {
	visit := func(inner any) {
		n, l := q.outside(who, path, inner)
		if shown += n; l != "" {
			leak = l
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			number, isNumber := inner.(float64)
			store, known := q.storeOf[int64(number)]
			switch {
			case name == "next":
				q.keep(inner.(string))
			case isNumber && known && (name == "id" || name == "order"):
				if shown++; !who.sees[store] {
					leak = fmt.Sprintf("order %.0f of %s", number, store)
				}
			default:
				visit(inner)
			}
		}
	case []any:
		for _, inner := range v {
			visit(inner)
		}
	case string:
		if slices.Contains(q.stores, v) {
			if shown++; !who.sees[v] {
				leak = v
			}
		}
	}
	return shown, leak
}

func (q *quarter) keep(cursor string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.cursors) < 1_000 {
		q.cursors = append(q.cursors, cursor)
	}
}
