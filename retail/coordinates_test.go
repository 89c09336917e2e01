package retail_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tillstream/tillstream/retail"
)

// TestGCJ02AgainstPublishedPoints holds both directions against points that other implementations
// publish: coordtransform, geotool, geoToolbox and gcoord. 1e-7 degrees are about a centimetre.
func TestGCJ02AgainstPublishedPoints(t *testing.T) {
	f := func(name string, wgs, gcj retail.Point, within float64) {
		t.Helper()
		far := func(p, q retail.Point) bool {
			return math.Abs(p.Latitude-q.Latitude) > within || math.Abs(p.Longitude-q.Longitude) > within
		}
		if got := wgs.ToGCJ02(); far(got, gcj) {
			t.Errorf("%s: %v becomes %v, want %v", name, wgs, got, gcj)
		}
		if got := gcj.FromGCJ02(); far(got, wgs) {
			t.Errorf("%s: %v comes from %v, want %v", name, gcj, got, wgs)
		}
	}
	f("coordtransform", retail.Point{39.915, 116.404}, retail.Point{39.91640428150164, 116.41024449916938},
		1e-7)
	f("geotool", retail.Point{30.6107779, 121.0917077},
		retail.Point{30.608604331756705, 121.09626935575027}, 1e-7)
	f("geoToolbox", retail.Point{40, 116}, retail.Point{40.001213650174, 116.006141221789}, 1e-7)
	f("gcoord", retail.Point{44.99804071, 122.99395597}, retail.Point{45, 123}, 1e-5)
	f("Paris", retail.Point{48.8566, 2.3522}, retail.Point{48.8566, 2.3522}, 0)
}

func TestGCJ02ThereAndBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		p := retail.Point{Latitude: 18 + r.Float64()*35, Longitude: 74 + r.Float64()*60}
		gcj := p.ToGCJ02()
		if d := gcj.FromGCJ02().DistanceMetres(p); d > .001 {
			t.Fatalf("%v comes back %g m beside", p, d)
		}
		if d := gcj.DistanceMetres(p); d < 1 || d > 1_500 {
			t.Fatalf("%v is shifted by %.0f m", p, d)
		}
		given := retail.Position{Point: gcj, System: retail.GCJ02}
		if given.GCJ02() != gcj || given.WGS84().DistanceMetres(p) > .001 {
			t.Fatalf("the position %+v is at %v", given, given.WGS84())
		}
	}
	for _, c := range []retail.Coordinates{retail.WGS84, retail.GCJ02} {
		if got, ok := retail.ParseCoordinates(c.String()); !ok || got != c {
			t.Errorf("%s reads as %s", c, got)
		}
	}
	if _, ok := retail.ParseCoordinates("bd09"); ok {
		t.Error("bd09 is a system")
	}
}
