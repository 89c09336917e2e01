package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// street is a house whose stores stand along a meridian, at half past eight in the morning in Shanghai:
// A at 0 m (open day and night), B at 1 km (opens at nine, pickup only), D at 4 km (delivers 5 km far, never
// open), E at 6 km (day and night), C closed for good.
func street(t *testing.T) *house {
	t.Helper()
	morning := time.Date(2026, 11, 24, 0, 30, 0, 0, time.UTC)
	h := build(t, func(c *api.Config) { c.Now = func() time.Time { return morning } })
	at := func(code, region string, metres float64) wire.Store {
		return wire.Store{Code: code, Region: region, Latitude: 31.2304 + metres/111_195.1,
			Longitude: 121.4737}
	}
	b, c, d := at("B", "west", 1_000), at("C", "west", 10), at("D", "east", 4_000)
	b.Hours, b.Services = "Mo-Su 09:00-21:00", []string{"pickup"}
	b.Address, b.Phone = "中山路 1 号", "021-5"
	c.Inactive = true
	d.Hours, d.DeliveryRadiusM = "off", 5_000
	merged(t, "stores")(h.hq.PutStores(t.Context(), []wire.Store{at("A", "east", 0), b, c, d,
		at("E", "east", 6_000)}))
	return h
}

func (h *house) near(t *testing.T, role staff.Role, query string) []string {
	t.Helper()
	var out wire.NearStores
	a := h.ask(t, role, "GET", "/v1/stores/nearest?latitude=31.2304&longitude=121.4737"+query, "")
	if a.status != 200 {
		t.Fatalf("%s is answered %d %s", query, a.status, a.text)
	}
	a.into(t, &out)
	var found []string
	for _, s := range out.Stores {
		text := fmt.Sprint(s.Code, " ", s.DistanceM, " ", s.OpenNow, " ", s.Delivers)
		if s.OpensAt != nil {
			text += s.OpensAt.Format(" 15:04-") + s.ClosesAt.Format("15:04")
		}
		for _, k := range s.Stock {
			text += fmt.Sprintf(" %s:%d/%d", k.SKU, k.Available, k.Wanted)
		}
		found = append(found, text)
	}
	return found
}

func TestNearestStores(t *testing.T) {
	h := street(t)
	f := func(query string, want ...string) {
		t.Helper()
		got := strings.Join(h.near(t, staff.Storefront, query), "; ")
		if got != strings.Join(want, "; ") {
			t.Errorf("%s:\n got %s\nwant %s", query, got, strings.Join(want, "; "))
		}
	}
	const a, b, e = "A 0 true true", "B 1000 false false 09:00-21:00", "E 6000 true false"
	f("", a, b, e)
	f("&limit=1", a)
	f("&service=pickup", a, b, e)
	f("&service=express", a, e)
	f("&service=same_city", a)
	f("&skus=1:2,2", a+" 1:100/2 2:100/1", b+" 1:100/2 2:100/1")
	f("&skus=1:101")
	if _, err := h.hq.PlaceOrder(t.Context(), "k", &wire.Order{Store: "A",
		Lines: []wire.OrderLine{{SKU: "1", Qty: 60}}}); err != nil {
		t.Fatal(err)
	}
	f("&skus=1:60", b+" 1:100/60")
	merged(t, "stores")(h.hq.PutStores(t.Context(), []wire.Store{{Code: "E", Region: "east",
		Latitude: 31.2304, Longitude: 121.4737, Inactive: true}}))
	f("", a, b)
	for _, role := range []staff.Role{staff.StoreManager, staff.HQAnalyst} {
		if got := h.near(t, role, ""); len(got) != 2 {
			t.Errorf("%s finds %q", role, got)
		}
	}
	gcj := retail.Point{Latitude: 31.2304, Longitude: 121.4737}.ToGCJ02()
	var out wire.NearStores
	path := fmt.Sprintf("/v1/stores/nearest?latitude=%v&longitude=%v&coordinates=gcj02", gcj.Latitude,
		gcj.Longitude)
	h.ask(t, staff.Storefront, "GET", path, "").into(t, &out)
	if out.Stores[0].DistanceM > 1 || len(out.Stores[0].Maps) != 5 || out.Stores[0].DeliveryRadiusM != 3_000 {
		t.Errorf("asked in GCJ-02: %+v", out.Stores[0])
	}
}

func TestStoreStatus(t *testing.T) {
	h := street(t)
	f := func(role staff.Role, code string) (s wire.StoreStatus) {
		t.Helper()
		h.ask(t, role, "GET", "/v1/stores/"+code+"/status", "").into(t, &s)
		return s
	}
	b := f(staff.Storefront, "B")
	if b.OpenNow || b.OpensAt == nil || b.OpensAt.Hour() != 9 || b.Phone != "021-5" || !b.Trades ||
		len(b.Services) != 1 || len(b.Maps) != 5 || b.MapLatitude == b.Latitude {
		t.Errorf("store B is %+v", b)
	}
	if c := f(staff.StoreManager, "C"); c.Trades || c.OpenNow || c.OpensAt != nil {
		t.Errorf("store C is %+v", c)
	}
	if a := h.ask(t, staff.Storefront, "GET", "/v1/stores/nope/status", ""); a.status != 404 {
		t.Errorf("an unknown store: %d %s", a.status, a.text)
	}
	if a := h.ask(t, "", "GET", "/v1/stores/B/status", ""); a.status != 401 {
		t.Errorf("nobody: %d %s", a.status, a.text)
	}
}

func TestBadQuestionsForStores(t *testing.T) {
	h := build(t)
	f := func(query, location, reason string) {
		t.Helper()
		a := h.ask(t, staff.Storefront, "GET", "/v1/stores/nearest?"+query, "")
		if a.status != 422 || !a.says(location, reason) {
			t.Errorf("%s: got %d %s, want %s %q", query, a.status, a.text, location, reason)
		}
	}
	const here = "latitude=31&longitude=121"
	f("latitude=31", "query.longitude", "required")
	f("latitude=91&longitude=1", "query.latitude", "")
	f("latitude=NaN&longitude=1", "query.latitude", "")
	f(here+"&coordinates=bd09", "query.coordinates", "")
	f(here+"&service=drone", "query.service", "")
	f(here+"&limit=51", "query.limit", "")
	f(here+"&skus=1:0", "query.skus", "from 1 to 100000")
	f(here+"&skus=1:x", "query.skus", "such as A:2")
	f(here+"&skus=404", "query.skus", "not a known SKU")
	f(here+"&skus=1,1", "query.skus", "stands twice")
	f(here+"&skus="+url.QueryEscape(strings.Repeat("x,", 50)+"y"), "query.skus", "stands twice")
	f(here+"&radius=1", "query.radius", "unknown")
}
