package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/retail/event"
)

// smallWorld is a chain that is up with history within seconds and sells often.
var smallWorld = []string{"--stores", "4", "--skus", "200", "--members", "20000", "--days", "2",
	"--rate", "0.1"}

func (d *demo) login(user string) (name, password string) {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.state, "logins.json"))
	if err != nil {
		d.t.Fatal(err)
	}
	var logins []struct{ User, Password string }
	if err := json.Unmarshal(text, &logins); err != nil {
		d.t.Fatal(err)
	}
	for _, l := range logins {
		if l.User == user {
			return l.User, l.Password
		}
	}
	d.t.Fatalf("no login %s among %v", user, logins)
	return "", ""
}

// A newcomer's demo: the chain trades by itself, each level sees its own stores, and the live page in a
// real browser changes within two seconds of an order. The storefront follows a click.
func TestBrowserSeesTheChainTrade(t *testing.T) {
	browser := chromium(t)
	begun := time.Now()
	d := startDemo(t, smallWorld...)
	d.seesTrade(begun)
	d.levelsSeeTheirOwn()

	d.browse(browser, "e2e/live.mjs")
	d.browse(browser, "e2e/storefront.mjs")
	d.browse(browser, "e2e/rules.mjs")
}

// browse runs a browser test as somebody of headquarters.
func (d *demo) browse(browser, script string) {
	d.t.Helper()
	user, password := d.login("hq")
	ctx, cancel := context.WithTimeout(d.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", script)
	cmd.Dir = filepath.Join("..", "..", "dashboards")
	cmd.Env = append(os.Environ(), "BASE_URL="+d.at.Console, "USER_NAME="+user,
		"USER_PASSWORD="+password, "CHROMIUM="+browser)
	out, err := cmd.CombinedOutput()
	d.t.Logf("the browser says of %s:\n%s", script, out)
	if err != nil {
		d.t.Fatalf("the browser test %s failed: %v", script, err)
	}
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	absent.Skip(t, "no Chromium is installed: make chromium")
	return ""
}

// seesTrade waits for live figures and says when they came.
func (d *demo) seesTrade(begun time.Time) {
	d.t.Helper()
	await(d.t, time.Minute, "the first live sale", func() error {
		out, err := d.try("kpi", "--metrics", "orders,visitors", "--output", "json")
		if err != nil {
			return err
		}
		var rows []struct{ Orders, Visitors int }
		if err := json.Unmarshal([]byte(out), &rows); err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].Orders == 0 || rows[0].Visitors == 0 {
			return fmt.Errorf("nothing yet: %s", out)
		}
		return nil
	})
	took := time.Since(begun)
	d.t.Logf("first live figures %.1f s after the start", took.Seconds())
	if took > time.Minute {
		d.t.Errorf("first live figures after %s, at most a minute", took)
	}
}

func (d *demo) levelsSeeTheirOwn() {
	d.t.Helper()
	all := d.rows("--metrics", "orders", "--by", "store")
	await(d.t, time.Minute, "every store to have sold", func() error {
		if all = d.rows("--metrics", "orders", "--by", "store", "--from", "2020-01-01"); len(all) < 4 {
			return fmt.Errorf("%d stores have sold", len(all))
		}
		return nil
	})
	f := func(role string, atLeast, atMost int) {
		d.t.Helper()
		token := strings.TrimSpace(d.run("token", "--role", role))
		rows := d.rows("--metrics", "orders", "--by", "store", "--from", "2020-01-01",
			"--access-token", token)
		if len(rows) < atLeast || len(rows) > atMost {
			d.t.Errorf("a %s sees %d of 4 stores", role, len(rows))
		}
		foreign := strings.Trim(string(all[len(all)-1]["store"]), `"`)
		status, body := d.call("GET", "/v1/kpis?metrics=orders&stores="+foreign, token, "", "")
		if role == "store-manager" && status != 422 {
			d.t.Errorf("a %s asks for store %s and is answered %d: %s", role, foreign, status, body)
		}
	}
	f("hq-admin", 4, 4)
	f("region-manager", 1, 3)
	f("store-manager", 1, 1)
	if status, _ := d.call("GET", "/v1/kpis?metrics=orders", "", "", ""); status != 401 {
		d.t.Errorf("without a token the console answers %d", status)
	}
}

// sellOne puts a store, a product and stock in place and sells one unit.
func (d *demo) sellOne(token, key string) (orderID int64) {
	d.t.Helper()
	put := func(method, path, body string) {
		d.t.Helper()
		if status, answer := d.call(method, path, token, "", body); status/100 != 2 {
			d.t.Fatalf("%s %s answers %d: %s", method, path, status, answer)
		}
	}
	put("PUT", "/v1/regions", `{"regions":[{"code":"r","name":"区","name_en":"Region"}]}`)
	put("PUT", "/v1/stores", `{"stores":[{"code":"s1","name":"一店","name_en":"One","region":"r",
		"city":"上海","latitude":31.23,"longitude":121.47,"time_zone":"Asia/Shanghai"}]}`)
	put("PUT", "/v1/categories", `{"categories":[{"code":"c","name":"类","name_en":"Category"}]}`)
	put("PUT", "/v1/products", `{"products":[{"code":"p1","name":"奶粉","name_en":"Milk powder",
		"category":"c","price":12.50,"cost":8.00}]}`)
	put("POST", "/v1/stock/moves", `{"moves":[{"idempotency_key":"open","store":"s1","sku":"p1",
		"kind":"receive","qty":100}]}`)
	status, body := d.call("POST", "/v1/orders", token, key, `{"store":"s1","channel":"till",
		"paid":true,"payment_method":"cash","lines":[{"sku":"p1","qty":1}]}`)
	var placed struct{ ID int64 }
	if err := json.Unmarshal([]byte(body), &placed); status/100 != 2 || err != nil {
		d.t.Fatalf("the order is answered %d: %s", status, body)
	}
	return placed.ID
}

// Records that are no facts go to the dead letters with their reason; their neighbours go on.
func TestPoisonGoesToTheDeadLetters(t *testing.T) {
	d := startDemo(t, "--world", "none")
	token := strings.TrimSpace(d.run("token"))
	d.sellOne(token, "first")
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{
		Brokers: []string{d.at.Kafka}}})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	good := []kafka.Header{{Key: event.HeaderID, Value: []byte("0000000000000001-00000000")},
		{Key: event.HeaderType, Value: []byte(event.KindOrderPlaced.String())},
		{Key: event.HeaderSource, Value: []byte("/elsewhere")},
		{Key: event.HeaderTime, Value: []byte("2026-11-23T00:00:00Z")}}
	orders := string(event.TopicOrders)
	poison := []*kafka.Record{
		{Topic: orders, Key: []byte("1"), Value: []byte("no headers")},
		{Topic: orders, Key: []byte("1"), Value: []byte("\xff\xff\xff"), Headers: good},
		{Topic: orders, Key: []byte("1"), Value: make([]byte, 1<<20+1), Headers: good},
	}
	if err := producer.Produce(t.Context(), poison); err != nil {
		t.Fatal(err)
	}
	d.sellOne(token, "second")
	d.settled()
	rows := d.rows("--metrics", "orders,net_sales")
	expect(t, rows[0], map[string]string{"orders": "2", "net_sales": "25.00"})

	dead := d.deadLetters(len(poison))
	for _, r := range dead {
		if r["tillstream_reason"] == "" || r["tillstream_topic"] != orders {
			t.Errorf("a dead letter without reason or origin: %v", r)
		}
	}
}

// deadLetters reads the headers of the first n dead letters.
func (d *demo) deadLetters(n int) (all []map[string]string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 30*time.Second)
	defer cancel()
	tail, err := kafka.NewTail(ctx, kafka.TailConfig{
		Config: kafka.Config{Brokers: []string{d.at.Kafka}, Log: slog.New(slog.DiscardHandler)},
		Topics: []string{string(event.TopicDeadLetter)}, From: kafka.FromStart})
	if err != nil {
		d.t.Fatal(err)
	}
	defer tail.Close()
	for len(all) < n {
		records, err := tail.Poll(ctx)
		if err != nil {
			d.t.Fatalf("%d of %d dead letters: %v", len(all), n, err)
		}
		for _, r := range records {
			headers := map[string]string{}
			for _, h := range r.Headers {
				headers[h.Key] = string(h.Value)
			}
			all = append(all, headers)
		}
	}
	return all
}

// The edge follows an order within a moment, from memory fed by Kafka.
func TestEdgeFollowsTheTill(t *testing.T) {
	d := startDemo(t, "--world", "none")
	token := strings.TrimSpace(d.run("token"))
	d.sellOne(token, "one")
	await(t, 10*time.Second, "the edge to have the level", func() error {
		status, body := d.call("GET", "/v1/stock/s1/p1", token, "", "")
		if status != 200 || !strings.Contains(body, `"on_hand":99`) {
			return fmt.Errorf("%d %s", status, body)
		}
		return nil
	})
	await(t, 30*time.Second, "the edge to recommend what the till sells", func() error {
		status, body := d.call("GET", "/v1/recommendations?store=s1&lang=en", token, "", "")
		if status != 200 || !strings.Contains(body, `"model":null`) ||
			!strings.Contains(body, `"sku":"p1","name":"Milk powder","price":12.50,"rung":"newest"`) {
			return fmt.Errorf("%d %s", status, body)
		}
		return nil
	})
	if status, body := d.call("GET", "/v1/bundles?store=s1&lang=en&q=milk+powder+under+20", token, "",
		""); status != 200 ||
		!strings.Contains(body, `"sku":"p1","name":"Milk powder","price":12.50`) {
		t.Errorf("a bundle answers %d: %s", status, body)
	}
	d.tellsOfSpecials(token)
	d.rulesReachTheEdge(token)
	if status, body := d.call("POST", "/v1/members", token, "", `{"unionid":"u1","code":"M7",
		"name":"Anna"}`); status != 201 {
		t.Errorf("a registration answers %d: %s", status, body)
	}
	if out := d.run("rewrap"); !strings.Contains(out, "0 keys") {
		t.Errorf("rewrap says %s", out)
	}
	if out := d.run("erase", "--member", "M7", "--yes"); !strings.Contains(out, "go on as erased-") {
		t.Errorf("erase says %s", out)
	}
	status, first := d.call("POST", "/v1/orders", token, "one", `{"store":"s1","channel":"till",
		"paid":true,"payment_method":"cash","lines":[{"sku":"p1","qty":1}]}`)
	if status != 200 {
		t.Errorf("the same key and body answers %d: %s", status, first)
	}
	status, body := d.call("POST", "/v1/orders", token, "one", `{"store":"s1","channel":"till",
		"paid":true,"payment_method":"cash","lines":[{"sku":"p1","qty":2}]}`)
	if status != 409 && status != 422 {
		t.Errorf("the same key with another body answers %d: %s", status, body)
	}
}

// rulesReachTheEdge has headquarters make merchandising rules, which the next answers obey: one whose time
// has not come changes nothing.
func (d *demo) rulesReachTheEdge(token string) {
	d.t.Helper()
	add := func(body string) {
		d.t.Helper()
		if status, answer := d.call("POST", "/v1/merchandising-rules", token, "", body); status != 201 {
			d.t.Fatalf("the rule %s is answered %d: %s", body, status, answer)
		}
	}
	f := func(what, want string) {
		d.t.Helper()
		await(d.t, 10*time.Second, what, func() error {
			status, body := d.call("GET", "/v1/recommendations?store=s1&lang=en", token, "", "")
			if status != 200 || !strings.Contains(body, want) {
				return fmt.Errorf("%d %s", status, body)
			}
			return nil
		})
	}
	add(`{"kind":"block","sku":"p1","from":"2099-01-01T00:00:00Z"}`)
	add(`{"kind":"pin","sku":"p1","place":1,"scenes":["home"]}`)
	f("a pin of headquarters to be obeyed", `"sku":"p1","name":"Milk powder","price":10.00,"rung":"pinned"`)
	add(`{"kind":"block","store":"s1","category":"c"}`)
	f("a block of the store to be obeyed", `"items":[]`)
}

// tellsOfSpecials has a store ask less than the list price, and tells two of three members of it: the one
// who bought there and the one whom the store won, not the one who does not want to be told.
func (d *demo) tellsOfSpecials(token string) {
	d.t.Helper()
	put := func(method, path, body string) {
		d.t.Helper()
		if status, answer := d.call(method, path, token, "", body); status/100 != 2 {
			d.t.Fatalf("%s %s answers %d: %s", method, path, status, answer)
		}
	}
	if out, err := d.try("export", "push-lists", "--format", "csv"); err == nil {
		d.t.Errorf("push lists before there are any: %s", out)
	}
	put("PUT", "/v1/stores", `{"stores":[{"code":"s2","name":"二店","region":"r","city":"上海",
		"latitude":31.24,"longitude":121.47,"time_zone":"Asia/Shanghai"}]}`)
	const agreed = `"consents":[{"purpose":"marketing","granted":true,"version":"m1","channel":"till"}`
	const known = `,{"purpose":"personalisation","granted":true,"version":"p1","channel":"till"}`
	put("POST", "/v1/members", `{"unionid":"t1","code":"T1","origin":"s2",`+agreed+known+`]}`)
	put("POST", "/v1/members", `{"unionid":"t2","code":"T2","origin":"s2","opt_out":true,`+agreed+`]}`)
	put("POST", "/v1/members", `{"unionid":"t3","code":"T3","origin":"s1"}`)
	put("PUT", "/v1/listings", `{"listings":[{"store":"s1","sku":"p1","price":10.00}]}`)
	put("POST", "/v1/orders", `{"store":"s1","channel":"till","member":"T1","paid":true,
		"payment_method":"cash","lines":[{"sku":"p1","qty":1}]}`)
	d.settled()
	if out := d.run("push"); !strings.Contains(out, "2 lists for 2 members") {
		d.t.Errorf("push says %s", out)
	}
	out := d.run("export", "push-lists", "--format", "csv")
	for _, want := range []string{",p1,奶粉,Milk powder,10.00,12.50,", ",0,bought,s1", ",origin,s2"} {
		if strings.Count(out, "\n") != 3 || !strings.Contains(out, want) {
			d.t.Errorf("no %s in\n%s", want, out)
		}
	}
	if out := d.run("push", "--radius", "500", "--output", "json"); !strings.Contains(out, `"lists":1`) {
		d.t.Errorf("within 500 m push says %s", out)
	}
}
