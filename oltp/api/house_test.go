package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// house is a chain with two regions behind the real API, on real HTTP and a real PostgreSQL:
//
//	east: store A; west: store B, store C (closed)
//	SKU 1 at 12.50, SKU 2 at 3.00, SKU 9 (no longer sold); member M1 of store A
//	stock: 100 of SKU 1 and 2 at A and B
type house struct {
	*httptest.Server
	db     *postgres.DB
	intake *order.Writers
	tokens map[staff.Role]string
	hq     *client.Client
}

// build makes a house. change may adjust the API's configuration.
func build(t testing.TB, change ...func(*api.Config)) *house {
	t.Helper()
	return buildOn(t, pgtest.Start(t), order.Config{}, change...)
}

// buildOn makes a house on a migrated database.
func buildOn(t testing.TB, dsn string, intake order.Config, change ...func(*api.Config)) *house {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, IdentityKey: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	h := &house{db: db}
	directory := catalogue.Open(catalogue.DirectoryConfig{Source: db.Catalogue(), Editor: db.Catalogue(),
		Shelves: db.Catalogue()})
	t.Cleanup(directory.Close)
	safeties := stock.OpenSafeties(stock.SafetiesConfig{Book: db.Stock()})
	t.Cleanup(safeties.Close)
	intake.Book, intake.Catalogue, intake.Safety = db.Orders(), directory, safeties
	h.intake = order.Open(intake)
	t.Cleanup(h.intake.Close)

	masters, err := vault.ParseMasters(vault.NewMaster())
	if err != nil {
		t.Fatal(err)
	}
	seals := vault.New(vault.Config{Keys: db.VaultKeys(), Masters: masters})
	desk, gate := reception(t, db)
	cfg := api.Config{
		Intake: h.intake, Orders: db.Orders(), History: db.Orders(),
		Memory: db.Orders(), Levels: db.Stock(), Lookup: directory,
		Editor: directory, Lister: db.Catalogue(), Gallery: db.Catalogue(), Shelves: directory,
		Critic: db.Catalogue(), Merchandiser: db.Catalogue(), Experiments: db.Experiments(),
		MediaHosts: []string{"img.example"}, Gate: gate, Staff: db.Staff(),
		Vault: seals, Members: member.New(member.Config{Book: db.Members(), Vault: seals, Key: key}),
		Desk: desk, Stats: h.intake.Stats,
		Checks: []api.Check{{Name: "postgres", Probe: db.Ping}}, StockLists: db.Stock(), Safeties: safeties,
		Stocktakes: &stocktake.Desk{Book: db.Stocktakes(), Intake: h.intake, Catalogue: directory},
		Transfers:  &transfer.Desk{Book: db.Transfers(), Intake: h.intake, Catalogue: directory},
	}
	cfg.Dispatch = dispatch.New(dispatch.Config{Book: db.Routing(), Intake: h.intake, Orders: db.Orders(),
		Stores: db.Catalogue(), Catalogue: directory, Vault: cfg.Vault, StoresFor: 1,
		Price: func(store retail.StoreID, sku retail.SKUID) (retail.Money, bool) {
			found, _ := directory.Assortment(store)
			own, ok := found.At(sku, time.Now())
			return own.Price, ok && own.Priced
		}})
	for _, c := range change {
		c(&cfg)
	}
	h.Server = httptest.NewServer(api.New(cfg))
	t.Cleanup(h.Close)
	h.tokens = map[staff.Role]string{staff.HQAdmin: token(t, staff.HQAdmin, retail.HQScope())}
	h.hq = &client.Client{BaseURL: h.URL, Token: h.tokens[staff.HQAdmin], HTTP: h.Client(), Attempts: 1}
	h.furnish(t, directory)
	return h
}

var key = []byte(strings.Repeat("k", staff.MinKeyBytes))

func token(t testing.TB, role staff.Role, scope retail.Scope) string {
	t.Helper()
	text, err := staff.Issuer{Key: key}.Token(staff.Principal{User: string(role), Role: role,
		Scope: scope}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// reception knows two accounts, whose names are their passwords: "hq" and "west".
func reception(t testing.TB, db *postgres.DB) (*staff.Desk, *staff.Gate) {
	t.Helper()
	_, err := db.Staff().Seed(t.Context(), []staff.User{
		{Name: "hq", Role: staff.HQAdmin, Hash: staff.HashPassword("hq")},
		{Name: "west", Role: staff.RegionManager, Hash: staff.HashPassword("west"),
			Regions: []string{"west"}}})
	if err != nil {
		t.Fatal(err)
	}
	ring, err := staff.NewRing(key)
	if err != nil {
		t.Fatal(err)
	}
	roll, err := staff.OpenRoll(t.Context(), staff.RollConfig{Source: db.Staff(),
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(roll.Close)
	return staff.NewDesk(staff.DeskConfig{Directory: db.Staff(), Sessions: db.Staff(),
		Stores: db.Catalogue(), Issuer: ring.Issuer()}), staff.NewGate(ring.Verifier(roll, nil))
}

// furnish fills the house through its own API.
func (h *house) furnish(t testing.TB, look catalogue.Lookup) {
	t.Helper()
	merged(t, "regions")(h.hq.PutRegions(t.Context(), []wire.Region{{Code: "east"}, {Code: "west"}}))
	merged(t, "stores")(h.hq.PutStores(t.Context(), []wire.Store{
		{Code: "A", Region: "east", City: "上海"}, {Code: "B", Region: "west"},
		{Code: "C", Region: "west", Inactive: true}}))
	merged(t, "categories")(h.hq.PutCategories(t.Context(), []wire.Category{{Code: "dairy"}}))
	merged(t, "products")(h.hq.PutProducts(t.Context(), []wire.Product{
		{Code: "1", Category: "dairy", Price: 1250, Cost: 910},
		{Code: "2", Category: "dairy", Price: 300},
		{Code: "9", Category: "dairy", Price: 100, Inactive: true}}))
	merged(t, "members")(h.hq.PutMembers(t.Context(), []wire.Member{{Code: "M1", Origin: "A",
		Phone: "13800000000"}}))
	var moves []wire.StockMove
	for _, store := range []string{"A", "B"} {
		for _, sku := range []string{"1", "2"} {
			moves = append(moves, wire.StockMove{Key: "open-" + store + sku, Store: store, SKU: sku,
				Kind: "receive", Qty: 100})
		}
	}
	rows, err := h.hq.MoveStock(t.Context(), moves)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Problem != nil {
			t.Fatal(r.Problem)
		}
	}
	a, _, _ := look.Store("A")
	for role, scope := range map[staff.Role]retail.Scope{staff.HQAnalyst: retail.HQScope(),
		staff.RegionManager: retail.StoreScope(a), staff.StoreManager: retail.StoreScope(a),
		staff.Storefront: {}} {
		h.tokens[role] = token(t, role, scope)
	}
}

func merged(t testing.TB, what string) func([]wire.Merged, error) {
	t.Helper()
	return func(rows []wire.Merged, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("cannot put %s: %v", what, err)
		}
		for _, r := range rows {
			if r.Problem != nil {
				t.Fatalf("cannot put %s %s: %v", what, r.Code, r.Problem)
			}
		}
	}
}

// answer is what a request was answered with.
type answer struct {
	status  int
	header  http.Header
	text    []byte
	problem wire.Problem
}

// ask sends a request as a role; headers are pairs.
func (h *house) ask(t testing.TB, role staff.Role, method, path, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+h.tokens[role])
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := h.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: text}
	if a.status >= 400 {
		if kind := res.Header.Get("Content-Type"); kind != wire.ProblemType {
			t.Errorf("%s %s: %d comes as %q: %s", method, path, a.status, kind, text)
		}
		if err := json.Unmarshal(text, &a.problem); err != nil || a.problem.Status != a.status ||
			a.problem.Title == "" {
			t.Errorf("%s %s: no problem in %s (%v)", method, path, text, err)
		}
	}
	return a
}

// says reports whether a fault of the problem lies at location and gives a reason with these words.
func (a answer) says(location, reason string) bool {
	for _, f := range a.problem.Errors {
		if f.Location == location && strings.Contains(f.Reason, reason) {
			return true
		}
	}
	return location == "" && strings.Contains(a.problem.Title+" "+a.problem.Detail, reason)
}

func (a answer) into(t testing.TB, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(a.text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("cannot read %s: %v", a.text, err)
	}
}

// intoLoose is into for an answer of which only a part is looked at.
func (a answer) intoLoose(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.text, v); err != nil || a.status >= 300 {
		t.Fatalf("cannot read %d %s: %v", a.status, a.text, err)
	}
}
