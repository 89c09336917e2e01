package api_test

import (
	"encoding/json"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestStoresAreShownAsTheyArePut puts a store with every field and puts what is shown again.
func TestStoresAreShownAsTheyArePut(t *testing.T) {
	h := build(t)
	put := func(s wire.Store, want string) {
		t.Helper()
		body, err := json.Marshal(wire.Stores{Stores: []wire.Store{s}})
		if err != nil {
			t.Fatal(err)
		}
		var out wire.MergedRows
		h.ask(t, staff.HQAdmin, "PUT", "/v1/stores", string(body)).into(t, &out)
		if out.Results[0].Outcome != want {
			t.Errorf("%s: got %+v, want %s", body, out.Results[0], want)
		}
	}
	put(wire.Store{Code: "N", Region: "east", City: "上海", Address: "南京西路 1 号", Phone: "021-1",
		Latitude: 31.2304, Longitude: 121.4737, Coordinates: "gcj02",
		Hours: "周一至周五 9:00-21:00；周六、周日休息", SpecialDays: "2026/02/17 off",
		Services: []string{"express", "pickup"}, DeliveryRadiusM: 4_000, CapacityPerHour: 60}, "created")
	var page wire.Page[wire.Store]
	h.ask(t, staff.HQAdmin, "GET", "/v1/stores", "").into(t, &page)
	for _, s := range page.Items {
		put(s, "unchanged")
	}
	last := page.Items[len(page.Items)-1]
	if last.Hours != "Mo-Fr 09:00-21:00; Sa-Su off" || last.SpecialDays != "2026-02-17 off" ||
		last.Latitude != 31.2304 || last.WGS84Latitude == last.Latitude || last.WGS84Latitude == 0 ||
		len(last.Services) != 2 || last.OpensMinute != 0 || last.ClosesMinute != 1440 {
		t.Errorf("shown as %+v", last)
	}
}

func TestBadStoreFields(t *testing.T) {
	h := build(t)
	f := func(field, location, reason string) {
		t.Helper()
		var out wire.MergedRows
		a := h.ask(t, staff.HQAdmin, "PUT", "/v1/stores",
			`{"stores":[{"code":"bad","region":"east",`+field+`},{"code":"good","region":"east"}]}`)
		if a.into(t, &out); out.Failed != 1 || out.Results[0].Problem == nil {
			t.Errorf("%s: %s", field, a.text)
			return
		}
		a.problem = *out.Results[0].Problem
		if !a.says("body.stores[0]."+location, reason) {
			t.Errorf("%s: got %s, want %s %q", field, a.text, location, reason)
		}
	}
	f(`"hours":"whenever"`, "hours", "want weekdays")
	f(`"special_days":"tomorrow off"`, "special_days", "cannot read day")
	f(`"services":["pickup","drone"]`, "services[1]", "must be one of")
	f(`"coordinates":"bd09"`, "coordinates", "wgs84, gcj02")
	f(`"delivery_radius_m":-1`, "delivery_radius_m", "from 0 to 100000")
	f(`"capacity_per_hour":1e9`, "capacity_per_hour", "integer")
	f(`"phone":"call me"`, "phone", "telephone")
	f(`"latitude":91`, "latitude", "beyond the Earth")
}
