package api_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestBadOrders sends everything that tills, channels and attackers get wrong. None of it may leave a
// trace, and each answer must name the place.
func TestBadOrders(t *testing.T) {
	h := build(t)
	f := func(body string, status int, location, reason string) {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, "POST", "/v1/orders", body)
		if a.status != status || !a.says(location, reason) {
			t.Errorf("%.120s\n got %d %s\nwant %d %s %q", body, a.status, a.text, status, location, reason)
		}
	}
	order := func(rest string) string { return `{"store":"A","lines":[{"sku":"1","qty":1}],` + rest + `}` }
	line := func(l string) string { return `{"store":"A","lines":[` + l + `]}` }

	f(``, 400, "body", "expected a value")
	f(`{`, 400, "body", "expected a field name")
	f(`{"store":"A"`+strings.Repeat(" ", 10)+`x`, 400, "body", "expected a comma")
	f(`[]`, 422, "body", "must be an object")
	f(`null`, 422, "body.store", "is missing")
	f(`{"x":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+`}`, 400, "body.x", "levels of nesting")
	f(order(`"stroe":1`), 422, "body.stroe", "not a known field")
	f(order(`"store":"A"`), 422, "body.store", "given twice")
	f(line(`{"sku":"1","qty":1,"price":2}`), 422, "body.lines[0].price", "not a known field")
	f(`{"store":"Z","lines":[{"sku":"1","qty":1}]}`, 422, "body.store", "not a known store")
	f(`{"store":"C","lines":[{"sku":"1","qty":1}]}`, 422, "body.store", "no longer trades")
	f(line(`{"sku":"1","qty":1},{"sku":"nope","qty":1}`), 422, "body.lines[1].sku", "not a known SKU")
	f(line(`{"sku":"9","qty":1}`), 422, "body.lines[0].sku", "no longer sold")
	f(order(`"member":"M404"`), 422, "body.member", "not a known member")
	f(line(`{"sku":"1","qty":0}`), 422, "body.lines[0].qty", "at least 1")
	f(line(`{"sku":"1","qty":-2}`), 422, "body.lines[0].qty", "at least 1")
	f(line(`{"sku":"1","qty":100001}`), 422, "body.lines[0].qty", "100000")
	f(line(`{"sku":"1","qty":1e3}`), 422, "body.lines[0].qty", "must be an integer")
	f(line(`{"sku":"1","qty":true}`), 422, "body.lines[0].qty", "must be an integer")
	f(line(`{"sku":"1","qty":100000,"unit_price":9999999999.99}`), 422, "body.lines[0].gross", "beyond")
	f(line(`{"sku":"1","qty":1,"gross":99999999999999}`), 422, "body.lines[0].gross", "out of range")
	f(line(`{"sku":"1","qty":1,"gross":-1}`), 422, "body.lines[0].gross", "negative")
	f(line(`{"sku":"1","qty":1,"discount":12.51}`), 422, "body.lines[0].discount", "want 0 to")
	f(line(`{"sku":"1","qty":1,"gross":1.005}`), 422, "body.lines[0].gross", "two decimal places")
	f(line(`{"sku":"1","qty":1,"gross":10000000000},{"sku":"1","qty":1,"gross":0.01}`), 422, "body.lines",
		"beyond")
	f(line(`{"sku":"1","qty":1,"kind":"adjustment"}`), 422, "body.lines[0].qty", "moves no goods")
	f(line(strings.Repeat(`{"sku":"1","qty":1},`, 9_999)+`{"sku":"1","qty":1}`), 422, "body.lines",
		"has 10000 elements, at most 500")
	f(`{"store":"A","lines":[]}`, 422, "body.lines", "at least one line")
	f(order(`"placed_at":"1970-01-01T00:00:00Z"`), 422, "body.placed_at", "2000 to 2099")
	f(order(`"placed_at":"2099-01-01T00:00:00Z"`), 422, "body.placed_at", "in the future")
	f(order(`"placed_at":"24.11.2026"`), 422, "body.placed_at", "RFC 3339")
	f(order(`"channel":"fax"`), 422, "body.channel", "one of till")
	f(order(`"campaign":-1`), 422, "body.campaign", "from 0")
	f(order("\"external_ref\":\"a\xff\""), 422, "body.external_ref", "not valid UTF-8: byte 1")
	f("{\"store\":\"A\",\xff\"lines\":[]}", 400, "body", "expected a field name")
	f(order(`"external_ref":"a\u0000b"`), 422, "body.external_ref", "U+0000")
	f(order(`"external_ref":"`+strings.Repeat("x", 65)+`"`), 422, "body.external_ref", "at most 64")
	f(order(`"external_ref":"`+strings.Repeat("x", 1<<20)+`"`), 413, "", "1048576")
	f(line(`{"sku":"1","qty":101}`), 409, "body.lines[0].qty", "only 100 are available")

	level, err := h.hq.Stock(t.Context(), "A", "1")
	if err != nil || level.OnHand != 100 || level.Reserved != 0 || level.Version != 1 {
		t.Errorf("the bad orders left a trace: %+v, %v", level, err)
	}
}

// TestEveryFaultIsNamed checks that one fault does not hide the others.
func TestEveryFaultIsNamed(t *testing.T) {
	h := build(t)
	a := h.ask(t, staff.HQAdmin, "POST", "/v1/orders", `{"store":"Z","member":"M404","lines":[
		{"sku":"nope","qty":1},{"sku":"1","qty":0},{"sku":"9","qty":1}]}`)
	for _, location := range []string{"body.store", "body.member", "body.lines[0].sku",
		"body.lines[1].qty", "body.lines[2].sku"} {
		if !a.says(location, "") {
			t.Errorf("%s is not named in %s", location, a.text)
		}
	}
	if v := string(a.problem.Errors[2].Value); v != `"nope"` {
		t.Errorf("got the value %s, want the SKU's code", v)
	}
}

func TestBadRequests(t *testing.T) {
	h := build(t)
	f := func(method, path, body string, status int, location, reason string, headers ...string) {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, method, path, body, headers...)
		if a.status != status || !a.says(location, reason) {
			t.Errorf("%s %s %.80s\n got %d %s\nwant %d %s %q", method, path, body, a.status, a.text, status,
				location, reason)
		}
	}
	const good = `{"store":"A","lines":[{"sku":"1","qty":1}]}`
	f("POST", "/v1/orders", good, 415, "header.Content-Type", "application/json", "Content-Type", "text/xml")
	f("POST", "/v1/orders", good, 415, "header.Content-Encoding", "identity", "Content-Encoding", "gzip")
	f("POST", "/v1/orders", good, 422, "header.Idempotency-Key", "129 bytes", "Idempotency-Key",
		strings.Repeat("k", 129))
	f("DELETE", "/v1/orders", "", 405, "", "does not take this method")
	f("GET", "/v1/nothing", "", 404, "", "no such route")
	f("GET", "/v1/orders/abc", "", 422, "path.id", "")
	f("GET", "/v1/orders/0", "", 422, "path.id", "")
	f("GET", "/v1/orders/999999", "", 404, "", "Order 999999 does not exist")
	f("POST", "/v1/orders/x/pay", "{}", 422, "path.id", "positive integer")
	f("POST", "/v1/orders/999999/pay", "{}", 404, "", "999999")
	f("POST", "/v1/orders/999999/refund", "{}", 404, "", "999999")
	f("POST", "/v1/refunds", "{}", 422, "body.store", "required without an order")
	f("POST", "/v1/refunds", `{"order":999999}`, 404, "", "does not exist")
	f("POST", "/v1/refunds", `{"store":"A","lines":[{"sku":"1","qty":1}]}`, 422, "body.lines[0].gross",
		"required without an order")
	f("POST", "/v1/refunds", `{"store":"A","lines":[{"sku":"1","qty":-1,"gross":1}]}`, 422,
		"body.lines[0].qty", "-1")
	f("GET", "/v1/stock/Z/1", "", 404, "", "Store Z")
	f("GET", "/v1/stock/A/404", "", 404, "", "SKU 404")
	f("GET", "/v1/stores?cursor=abc", "", 422, "query.cursor", "not a cursor")
	f("GET", "/v1/stores?limit=0", "", 422, "query.limit", "")
	f("GET", "/v1/stores?limt=5", "", 422, "query.limt", "unknown query parameter")
	f("POST", "/v1/orders/bulk", `{"orders":[]}`, 422, "body.orders", "at least one row")
	f("POST", "/v1/orders/bulk", `{"rows":[]}`, 422, "body.rows", "not a known field")
	f("POST", "/v1/orders/bulk", `{"orders":[`+strings.Repeat("{},", 1_000)+`{}]}`, 422, "body.orders",
		"has 1001 elements, at most 1000")
	f("POST", "/v1/orders/bulk", `{"orders":"`+strings.Repeat("x", 8<<20)+`"}`, 413, "", "8388608")
	f("PUT", "/v1/stores", `{"stores":[{"code":"D"}]`, 400, "body", "expected a comma")
	f("POST", "/v1/login", `{"user":"hq"}`, 422, "body.password", "is missing")
}

// TestBulkRowsFailAlone mixes rows that are broken in every layer with rows that are sound.
func TestBulkRowsFailAlone(t *testing.T) {
	h := build(t)
	row := func(key, store, sku string, qty int) string {
		return fmt.Sprintf(`{"idempotency_key":%q,"store":%q,"paid":true,"lines":[{"sku":%q,"qty":%d}]}`,
			key, store, sku, qty)
	}
	body := `{"orders":[` + strings.Join([]string{row("k0", "A", "1", 2), row("k1", "Z", "1", 1),
		row("k2", "A", "nope", 1), row("k3", "A", "1", 0), `{"store":7}`, row("k5", "A", "2", 500),
		row("k0", "A", "1", 2), row("k0", "A", "1", 3), row("k8", "B", "2", 1), "9",
		"{\"idempotency_key\":\"k10\",\"store\":\"A\",\"external_ref\":\"\xff\",\"lines\":[]}",
	}, ",") + `]}`
	a := h.ask(t, staff.HQAdmin, "POST", "/v1/orders/bulk", body)
	var rows struct {
		Results []struct {
			Status  int
			Order   *struct{ State string }
			Problem *struct{ Errors []struct{ Location string } }
		}
		Failed int
	}
	a.intoLoose(t, &rows)
	f := func(i, status int, location string) {
		t.Helper()
		r := rows.Results[i]
		if r.Status != status || (status < 300) != (r.Order != nil) || (status >= 400) != (r.Problem != nil) {
			t.Errorf("row %d: got %d, want %d in %s", i, r.Status, status, a.text)
			return
		}
		if location != "" && r.Problem.Errors[0].Location != location {
			t.Errorf("row %d: got %s, want %s", i, r.Problem.Errors[0].Location, location)
		}
	}
	f(0, 201, "")
	f(1, 422, "body.orders[1].store")
	f(2, 422, "body.orders[2].lines[0].sku")
	f(3, 422, "body.orders[3].lines[0].qty")
	f(4, 422, "body.orders[4].store")
	f(5, 409, "body.orders[5].lines[0].qty")
	f(6, 200, "")
	f(7, 409, "")
	f(8, 201, "")
	f(9, 422, "body.orders[9]")
	f(10, 422, "body.orders[10].external_ref")
	if rows.Failed != 8 {
		t.Errorf("got %d failed rows, want 8", rows.Failed)
	}
}

// TestEndlessBody sends more than it announces, which only reading can find out.
func TestEndlessBody(t *testing.T) {
	h := build(t)
	body := io.MultiReader(strings.NewReader(`{"store":"`), strings.NewReader(strings.Repeat("x", 10<<20)))
	req, err := http.NewRequestWithContext(t.Context(), "POST", h.URL+"/v1/orders", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.hq.Token)
	res, err := h.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge ||
		res.Header.Get("Content-Type") != wire.ProblemType {
		t.Errorf("got %d %v", res.StatusCode, res.Header)
	}
}
