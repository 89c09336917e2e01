package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// ownRegion refuses what a principal who runs regions does to a store outside them, or would put there.
// It reports false for a store of others, about which nothing else may be said.
func (t *translation) ownRegion(w *wire.Store) bool {
	if t.who.Scope.All() {
		return true
	}
	if id, _, known := t.look.Store(w.Code); known {
		s, found := t.look.StoreByID(id)
		if !found || !t.who.Scope.Sees(id) || !slices.Contains(t.who.Regions, s.Region.Code) {
			t.fault(http.StatusForbidden, "code", w.Code, staff.OtherRegion)
			return false
		}
	}
	if !slices.Contains(t.who.Regions, w.Region) {
		t.fault(http.StatusForbidden, "region", w.Region, staff.NotYourRegion)
	}
	return true
}

// storeRow translates a store.
func storeRow(t *translation, w *wire.Store) (string, retail.Store) {
	if !t.ownRegion(w) {
		return w.Code, retail.Store{}
	}
	zone := w.TimeZone
	if zone == "" {
		zone = retail.DefaultTimeZone
	}
	closes := w.ClosesMinute
	if w.OpensMinute == 0 && closes == 0 {
		closes = 24 * 60
	}
	s := retail.Store{Code: w.Code, Name: w.Name, NameEN: w.NameEN,
		Region: retail.Region{Code: w.Region}, City: w.City, Address: w.Address, Phone: w.Phone,
		TimeZone: zone, OpensMinute: w.OpensMinute, ClosesMinute: closes,
		RadiusMetres: w.DeliveryRadiusM, CapacityPerHour: w.CapacityPerHour, Active: !w.Inactive,
		Simulated: w.Simulated}
	s.Given = retail.Position{Point: retail.Point{Latitude: w.Latitude, Longitude: w.Longitude},
		System: retail.WGS84}
	if system, known := retail.ParseCoordinates(w.Coordinates); known {
		s.Given.System = system
	}
	s.Location = s.Given.WGS84()
	var err error
	if s.Hours.Week, err = retail.ParseWeek(w.Hours); err != nil {
		t.fault(http.StatusUnprocessableEntity, "hours", w.Hours, err.Error())
	}
	if s.Hours.Special, err = retail.ParseSpecial(w.SpecialDays); err != nil {
		t.fault(http.StatusUnprocessableEntity, "special_days", w.SpecialDays, err.Error())
	}
	s.Services = t.services(w.Services)
	return w.Code, s
}

// services reads the names of services; none means all.
func (t *translation) services(names []string) retail.Services {
	if len(names) == 0 {
		return retail.AllServices
	}
	ways := make([]retail.Fulfilment, len(names))
	for i, name := range names {
		way, known := retail.ParseFulfilment(name)
		if !known {
			t.fault(http.StatusUnprocessableEntity, "services", strings.Join(names, ","),
				"must be of "+wire.Fulfilments)
			return retail.AllServices
		}
		ways[i] = way
	}
	return retail.ServicesOf(ways...)
}

// storeShown shows a store as it may be put again.
func storeShown(_ *staff.Principal, s *retail.Store) (string, wire.Store) {
	w := wire.Store{Code: s.Code, Name: s.Name, NameEN: s.NameEN, Region: s.Region.Code,
		City: s.City, Address: s.Address, Phone: s.Phone, Latitude: s.Given.Latitude,
		Longitude: s.Given.Longitude, TimeZone: s.TimeZone, OpensMinute: s.OpensMinute,
		ClosesMinute: s.ClosesMinute, Hours: s.Hours.WeekText(), SpecialDays: s.Hours.SpecialText(),
		DeliveryRadiusM: s.RadiusMetres, CapacityPerHour: s.CapacityPerHour,
		Inactive: !s.Active, Simulated: s.Simulated}
	if s.Services != retail.AllServices {
		w.Services = s.Services.Names()
	}
	if s.Given.System == retail.GCJ02 {
		w.Coordinates = retail.GCJ02.String()
		w.WGS84Latitude, w.WGS84Longitude = s.Location.Latitude, s.Location.Longitude
	}
	return s.Code, w
}
