package api_test

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestTransferOverHTTP moves goods from A to B, of which the managers of this house run A alone.
func TestTransferOverHTTP(t *testing.T) {
	h := build(t)
	post := func(role staff.Role, path, body string, status int, into any) answer {
		t.Helper()
		a := h.ask(t, role, "POST", path, body, "Idempotency-Key", "k"+path)
		if a.status != status {
			t.Fatalf("%s %s: got %d %s, want %d", role, path, a.status, a.text, status)
		}
		if into != nil {
			a.into(t, into)
		}
		return a
	}
	const body = `{"from":"A","to":"B","freight":15.00,"reason":"sale","lines":[{"sku":"1","qty":6}]}`
	var v wire.TransferView
	post(staff.StoreManager, "/v1/transfers", body, 201, &v)
	post(staff.StoreManager, "/v1/transfers", body, 200, &v)
	if v.State != "draft" || v.Freight != 1500 || !v.Replayed ||
		v.Steps[0].Who != string(staff.StoreManager) {
		t.Fatalf("the draft is %+v", v)
	}
	path := fmt.Sprintf("/v1/transfers/%d/", v.ID)
	post(staff.StoreManager, path+"approve", `{}`, 403, nil)
	post(staff.RegionManager, path+"approve", `{}`, 403, nil) // does not see B
	post(staff.HQAdmin, path+"reject", `{}`, 422, nil)
	post(staff.HQAnalyst, path+"approve", `{}`, 403, nil)
	post(staff.HQAdmin, path+"approve", `{}`, 200, &v)
	post(staff.HQAdmin, path+"receive", `{}`, 409, nil)
	post(staff.StoreManager, path+"ship", `{}`, 200, &v)
	if v.State != "shipped" || v.Cost != 6*910 || v.Lines[0].Shipped != 6 {
		t.Fatalf("shipped %+v", v)
	}
	post(staff.StoreManager, path+"receive", `{}`, 403, nil) // B is not theirs
	post(staff.StoreManager, path+"cancel", `{}`, 409, nil)
	held := list[wire.HeldStock](t, h, staff.HQAdmin, "/v1/stock?store=B&sku=1")
	if len(held) != 1 || held[0].OnHand != 100 || held[0].InTransit != 6 {
		t.Errorf("B holds %+v", held)
	}
	road := list[wire.InTransit](t, h, staff.HQAdmin, "/v1/stock/in-transit?store=B")
	if len(road) != 1 || road[0].Qty != 6 || road[0].SKU != "1" {
		t.Errorf("on the road is %+v", road)
	}
	short := `{"lines":[{"line":1,"received":4,"claimed":1}]}`
	if a := post(staff.HQAdmin, path+"receive", short, 422, nil); !a.says("body.lines[0].reason", "missing") {
		t.Errorf("got %s", a.text)
	}
	short = `{"lines":[{"line":1,"received":4,"claimed":1,"reason":"wet"}]}`
	post(staff.HQAdmin, path+"receive", short, 200, &v)
	if l := v.Lines[0]; l.Received != 4 || l.Claimed != 1 || l.Lost != 1 || len(v.Steps) != 4 {
		t.Errorf("received %+v", v)
	}
	moves := list[wire.StockEntry](t, h, staff.HQAdmin, "/v1/stock/moves?store=B&limit=3")
	if len(moves) != 3 || moves[0].Kind != "transit_claim" || moves[2].From != "in_transit" ||
		moves[2].OnHandDelta != 6 || moves[0].OnHand != 104 {
		t.Errorf("the ledger of B ends with %+v", moves)
	}
	ours := list[wire.TransferView](t, h, staff.StoreManager, "/v1/transfers?state=received")
	if len(ours) != 1 {
		t.Errorf("A's manager sees %d transfers", len(ours))
	}
	for _, path := range []string{"/v1/stock?store=B", "/v1/stock/moves?store=B", "/v1/transfers/99"} {
		if a := h.ask(t, staff.StoreManager, "GET", path, ""); a.status != 404 {
			t.Errorf("%s: %d %s", path, a.status, a.text)
		}
	}
	if got := list[wire.StockEntry](t, h, staff.StoreManager, "/v1/stock/moves"); len(got) != 3 {
		t.Errorf("A's manager sees %d entries, want 2 receipts and a shipment", len(got))
	}
	if a := h.ask(t, staff.Storefront, "GET", "/v1/stock/moves", ""); a.status != 403 {
		t.Errorf("a storefront reads the ledger: %d", a.status)
	}
}

// list reads the first page of a list.
func list[W any](t *testing.T, h *house, role staff.Role, path string) []W {
	t.Helper()
	a := h.ask(t, role, "GET", path, "")
	var page wire.Page[W]
	if a.into(t, &page); a.status != 200 {
		t.Fatalf("%s: %d %s", path, a.status, a.text)
	}
	return page.Items
}

func TestStockListsGoOn(t *testing.T) {
	h := build(t)
	f := func(path string, want int) {
		t.Helper()
		n, pages := 0, 0
		for at := path; ; pages++ {
			a := h.ask(t, staff.HQAdmin, "GET", at, "")
			var page wire.Page[map[string]any]
			if a.into(t, &page); a.status != 200 || pages > 10 {
				t.Fatalf("%s: %d %s", at, a.status, a.text)
			}
			n += len(page.Items)
			if at = path + "&cursor=" + page.Next; page.Next == "" {
				break
			}
		}
		if n != want || pages < want-1 {
			t.Errorf("%s has %d rows on %d pages, want %d", path, n, pages+1, want)
		}
	}
	f("/v1/stock?limit=1", 4)
	f("/v1/stock?limit=1&sku=2", 2)
	f("/v1/stock?limit=1&below=100", 0)
	f("/v1/stock?limit=1&below=101", 4)
	f("/v1/stock/moves?limit=1", 4)
	f("/v1/stock/moves?limit=1&kind=receive&store=A", 2)
	a := h.ask(t, staff.HQAdmin, "PUT", "/v1/stock/safety", `{"safeties":[
		{"store":"A","sku":"1","safety":100},{"store":"A","sku":"1","safety":7},
		{"store":"Z","sku":"1","safety":7},{"store":"B","sku":"2","safety":50}]}`)
	var rows wire.StockRows
	if a.into(t, &rows); rows.Failed != 2 || rows.Results[0].Status != 200 || rows.Results[2].Status != 422 {
		t.Errorf("safety stocks: %d %s", a.status, a.text)
	}
	f("/v1/stock?limit=1&low=true", 1)
	for path, status := range map[string]int{"/v1/stock?below=x": 422, "/v1/stock?sku=Z": 404,
		"/v1/stock/moves?kind=x": 422, "/v1/stock?cursor=x": 422, "/v1/transfers?state=x": 422,
		"/v1/transfers/0": 422} {
		if a := h.ask(t, staff.HQAdmin, "GET", path, ""); a.status != status {
			t.Errorf("%s: %d %s, want %d", path, a.status, a.text, status)
		}
	}
}

func TestStocktakeOverHTTP(t *testing.T) {
	h := build(t)
	post := func(path, body string, status int) (v wire.StocktakeView) {
		t.Helper()
		a := h.ask(t, staff.StoreManager, "POST", path, body, "Idempotency-Key", path)
		if a.status != status {
			t.Fatalf("%s: got %d %s, want %d", path, a.status, a.text, status)
		}
		if status < 300 {
			a.into(t, &v)
		}
		return v
	}
	post("/v1/stocktakes", `{"store":"B"}`, 403)
	open := post("/v1/stocktakes", `{"store":"A","note":"shelf 3","lines":[{"sku":"1","counted":98}]}`, 201)
	post("/v1/stocktakes", `{"store":"A","note":"shelf 3","lines":[{"sku":"1","counted":98}]}`, 200)
	post("/v1/stocktakes", `{"store":"A"}`, 409)
	path := fmt.Sprintf("/v1/stocktakes/%d/", open.ID)
	post(path+"counts", `{"lines":[{"sku":"2","counted":101},{"sku":"2","counted":1}]}`, 422)
	post(path+"counts", `{"lines":[{"sku":"7","counted":101}]}`, 422)
	post(path+"counts", `{"lines":[{"sku":"2","counted":101}]}`, 200)
	closed := post(path+"close", `{"reason":"month's end"}`, 200)
	if closed.State != "closed" || closed.Value != -2*910 || closed.Lines[0].Difference != -2 ||
		closed.Lines[1].Expected != 100 || closed.ClosedBy != string(staff.StoreManager) {
		t.Errorf("the report is %+v", closed)
	}
	post(path+"counts", `{"lines":[{"sku":"2","counted":5}]}`, 409)
	post(path+"cancel", `{}`, 409)
	if again := post(path+"close", `{}`, 200); !again.Replayed {
		t.Errorf("closing again answers %+v", again)
	}
	if got := list[wire.StocktakeView](t, h, staff.HQAnalyst, "/v1/stocktakes?store=A"); len(got) != 1 {
		t.Errorf("the list is %+v", got)
	}
	a := h.ask(t, staff.StoreManager, "POST", "/v1/stock/moves", `{"moves":[
		{"idempotency_key":"d","store":"A","sku":"1","kind":"damage","qty":-1,"reason":"fell"},
		{"idempotency_key":"e","store":"A","sku":"1","kind":"adjust","qty":-1}]}`)
	var rows wire.StockRows
	if a.into(t, &rows); rows.Results[0].Status != 200 || rows.Results[0].Level.OnHand != 97 ||
		rows.Results[1].Status != 422 {
		t.Errorf("damage and an adjustment without a reason: %s", a.text)
	}
}
