// Package apitest gives tests of other packages a whole order service: the real API over HTTP, the real
// intake, a real PostgreSQL.
package apitest

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// Start runs the service for the length of the test and returns a client with the rights of HQ.
func Start(t testing.TB) (*client.Client, *postgres.DB) {
	t.Helper()
	key := []byte(strings.Repeat("k", staff.MinKeyBytes))
	db, err := postgres.Open(t.Context(), postgres.Config{DSN: pgtest.Start(t), IdentityKey: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	directory := catalogue.Open(catalogue.DirectoryConfig{Source: db.Catalogue(),
		Editor:  db.Catalogue(),
		Shelves: db.Catalogue()})
	t.Cleanup(directory.Close)
	safeties := stock.OpenSafeties(stock.SafetiesConfig{Book: db.Stock()})
	t.Cleanup(safeties.Close)
	const longest = 2_000
	intake := order.Open(order.Config{Book: db.Orders(), Catalogue: directory, MaxLines: longest,
		Safety: safeties})
	t.Cleanup(intake.Close)
	masters, err := vault.ParseMasters(vault.NewMaster())
	if err != nil {
		t.Fatal(err)
	}
	seals := vault.New(vault.Config{Keys: db.VaultKeys(), Masters: masters})
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
	server := httptest.NewServer(api.New(api.Config{Intake: intake, Orders: db.Orders(), History: db.Orders(),
		Memory: db.Orders(),
		Levels: db.Stock(), Lookup: directory, Editor: directory, Lister: db.Catalogue(),
		StockLists: db.Stock(), Safeties: safeties,
		Stocktakes: &stocktake.Desk{Book: db.Stocktakes(), Intake: intake, Catalogue: directory},
		Transfers:  &transfer.Desk{Book: db.Transfers(), Intake: intake, Catalogue: directory},
		Gallery:    db.Catalogue(), Shelves: directory, Critic: db.Catalogue(), Merchandiser: db.Catalogue(),
		Experiments: db.Experiments(),
		Vault:       seals, Members: member.New(member.Config{Book: db.Members(), Vault: seals, Key: key}),
		Gate: staff.NewGate(ring.Verifier(roll, nil)), Staff: db.Staff(),
		Desk: staff.NewDesk(staff.DeskConfig{Directory: db.Staff(), Sessions: db.Staff(),
			Stores: db.Catalogue(), Issuer: ring.Issuer()}), Limits: api.Limits{Lines: longest}}))
	t.Cleanup(server.Close)
	token, err := ring.Issuer().Token(staff.Principal{User: "hq", Role: staff.HQAdmin,
		Scope: retail.HQScope()}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{BaseURL: server.URL, Token: token, HTTP: server.Client()}, db
}
