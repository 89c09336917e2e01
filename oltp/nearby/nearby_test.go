package nearby_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/nearby"
	"github.com/tillstream/tillstream/retail"
)

var square = retail.Point{Latitude: 31.2304, Longitude: 121.4737}

// city makes stores in and around a city, some of them closed for good or without delivery.
func city(seed uint64, n int) []*catalogue.Store {
	r := rand.New(rand.NewPCG(seed, 1))
	stores := make([]*catalogue.Store, n)
	for i := range stores {
		s := &catalogue.Store{Zone: time.UTC}
		s.ID, s.Code, s.Active = retail.StoreID(i+1), fmt.Sprintf("S%05d", i), r.IntN(10) > 0
		s.Location = retail.Point{Latitude: square.Latitude + r.Float64()*.2 - .1,
			Longitude: square.Longitude + r.Float64()*.2 - .1}
		s.Services = []retail.Services{retail.AllServices, retail.ServicesOf(retail.Pickup)}[r.IntN(2)]
		s.RadiusMetres = []int32{0, 1_000, 8_000}[r.IntN(3)]
		s.ClosesMinute = 1440
		stores[i] = s
	}
	return stores
}

// TestFindKeepsItsLaws holds what is found against the rules, told anew.
func TestFindKeepsItsLaws(t *testing.T) {
	for seed := range uint64(100) {
		stores := city(seed, 200)
		for _, service := range []retail.Fulfilment{0, retail.Pickup, retail.SameCity, retail.Express} {
			hits := nearby.Find(stores, nearby.Query{Point: square, Service: service, RadiusMetres: 3_000})
			found := map[string]bool{}
			for i, h := range hits {
				found[h.Code] = true
				d := h.Location.DistanceMetres(square)
				if i > 0 && h.Metres < hits[i-1].Metres || float64(h.Metres) < d || float64(h.Metres) > d+1 {
					t.Fatalf("seed %d: %s at %d m, %f m away, after %d m", seed, h.Code, h.Metres, d,
						hits[max(0, i-1)].Metres)
				}
			}
			for _, s := range stores {
				radius := float64(s.RadiusMetres)
				if radius == 0 {
					radius = 3_000
				}
				covers := s.Location.DistanceMetres(square) <= radius
				want := s.Active && (service == 0 || s.Services.Offers(service)) &&
					(service != retail.SameCity || covers)
				if found[s.Code] != want {
					t.Fatalf("seed %d: %s is found for %s: %v", seed, s.Code, service, !want)
				}
			}
		}
	}
}

func TestOpening(t *testing.T) {
	s := &catalogue.Store{Zone: time.FixedZone("store", 8*3600)}
	s.Active, s.OpensMinute, s.ClosesMinute = true, 540, 1320
	f := func(hour int, want string) {
		t.Helper()
		o := nearby.OpeningOf(s, time.Date(2026, 11, 24, hour, 30, 0, 0, s.Zone))
		show := func(t time.Time) string {
			if t.IsZero() {
				return "never"
			}
			return t.Format("02 15:04")
		}
		if got := fmt.Sprint(o.Open, " ", show(o.Opens), " ", show(o.Closes)); got != want {
			t.Errorf("at %d:30: %s, want %s", hour, got, want)
		}
	}
	f(8, "false 24 09:00 24 22:00")
	f(12, "true never 24 22:00")
	f(22, "false 25 09:00 25 22:00")
	s.Hours.Week, _ = retail.ParseWeek("off")
	f(12, "false never never")
	s.Hours.Week, _ = retail.ParseWeek("00:00-24:00")
	f(12, "true never never")
	s.Active = false
	f(12, "false never never")
}

// TestMapLinks holds the links against the documents of the five providers: the order of the degrees, the
// system that they are in, and names that break nothing.
func TestMapLinks(t *testing.T) {
	s := &retail.Store{Name: "人民 & 广场;店|1", City: "上海", Address: "南京西路:1号", Location: square}
	s.Given = retail.Position{Point: square, System: retail.WGS84}
	gcj := square.ToGCJ02()
	lat, lon := fmt.Sprintf("%.6f", gcj.Latitude), fmt.Sprintf("%.6f", gcj.Longitude)
	want := map[string]map[string]string{
		"amap": {"host": "uri.amap.com", "position": lon + "," + lat, "coordinate": "gaode", "name": s.Name},
		"baidu": {"host": "api.map.baidu.com", "location": lat + "," + lon, "coord_type": "gcj02",
			"output": "html", "title": s.Name, "content": "上海南京西路:1号"},
		"tencent": {"host": "apis.map.qq.com", "coord_type": "2",
			"marker": "coord:" + lat + "," + lon + ";title:人民 & 广场 店 1;addr:上海南京西路 1号"},
		"apple":  {"host": "maps.apple.com", "ll": lat + "," + lon, "q": s.Name},
		"google": {"host": "www.google.com", "api": "1", "query": lat + "," + lon},
	}
	links := nearby.MapLinks(s)
	for _, l := range links {
		u, err := url.Parse(l.URL)
		if err != nil || u.Scheme != "https" || strings.Contains(l.URL, "+") ||
			l.Coordinates != retail.GCJ02 {
			t.Errorf("%s: %s, %v", l.Provider, l.URL, err)
			continue
		}
		for name, value := range want[l.Provider] {
			if got := u.Query().Get(name); got != value && (name != "host" || u.Host != value) {
				t.Errorf("%s: %s is %q, want %q", l.Provider, name, got, value)
			}
		}
	}
	if len(links) != len(want) || !slices.ContainsFunc(links, func(l nearby.MapLink) bool {
		return l.Provider == "baidu"
	}) {
		t.Errorf("%d links: %+v", len(links), links)
	}
}
