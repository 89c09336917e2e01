package wire

import (
	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Store is one row of PUT /v1/stores.
type Store struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"`
	// NameEN is the name for readers of English.
	NameEN string `json:"name_en,omitempty"`
	// Region is the code of the store's region.
	Region  string `json:"region"`
	City    string `json:"city,omitempty"`
	Address string `json:"address,omitempty"`
	Phone   string `json:"phone,omitempty"`
	// Latitude and Longitude are in the system that Coordinates names.
	Latitude  float64 `json:"latitude,omitempty"`
	Longitude float64 `json:"longitude,omitempty"`
	// Coordinates is wgs84, the default, or gcj02.
	Coordinates string `json:"coordinates,omitempty"`
	// WGS84Latitude and WGS84Longitude are answered for a position that was given in another system, and
	// ignored in requests.
	WGS84Latitude  float64 `json:"wgs84_latitude,omitempty"`
	WGS84Longitude float64 `json:"wgs84_longitude,omitempty"`
	// TimeZone is an IANA name; "" means retail.DefaultTimeZone.
	TimeZone string `json:"time_zone,omitempty"`
	// OpensMinute and ClosesMinute count from local midnight; both 0 mean day and night. They hold on
	// every day unless Hours are given.
	OpensMinute  int `json:"opens_minute,omitempty"`
	ClosesMinute int `json:"closes_minute,omitempty"`
	// Hours are weekly hours as retail.ParseWeek reads them, SpecialDays as retail.ParseSpecial does.
	Hours       string `json:"hours,omitempty"`
	SpecialDays string `json:"special_days,omitempty"`
	// Services are names of ways of fulfilment; none means all of them.
	Services []string `json:"services,omitempty"`
	// DeliveryRadiusM is how far the store delivers within its city, in metres; 0 means the chain's radius.
	DeliveryRadiusM int32 `json:"delivery_radius_m,omitempty"`
	// CapacityPerHour is how many online orders an hour takes; 0 means any number.
	CapacityPerHour int32 `json:"capacity_per_hour,omitempty"`
	// Inactive closes the store for trade.
	Inactive  bool `json:"inactive,omitempty"`
	Simulated bool `json:"simulated,omitempty"`
}

// minutesTwoDays bounds a closing time: a store may trade past midnight, not past the next one.
const minutesTwoDays = 2 * 24 * 60

// The bounds of a store's figures.
const (
	// MaxStorePhone bounds the number that a store shows, in bytes.
	MaxStorePhone = 32
	// MaxRadiusM bounds how far a store delivers, in metres.
	MaxRadiusM = 100_000
	// MaxCapacityPerHour bounds the orders of an hour.
	MaxCapacityPerHour = 1_000_000
)

func (s *Store) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		return s.readPlace(r, name) || s.readTrade(r, name) ||
			named(r, name, &s.Code, &s.Name, &s.NameEN)
	}) {
		return
	}
	need(r, "code", s.Code)
	need(r, "region", s.Region)
}

// readPlace reads where the store is.
func (s *Store) readPlace(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "region":
		s.Region = r.String(MaxCode)
	case "city":
		s.City = r.String(MaxName)
	case "address":
		s.Address = r.String(MaxName)
	case "phone":
		s.Phone = r.String(MaxStorePhone)
	case "latitude":
		s.Latitude = degrees(r, 90)
	case "longitude":
		s.Longitude = degrees(r, 180)
	case "coordinates":
		s.Coordinates = scan.Name(r, retail.ParseCoordinates, CoordinateSystems)
	case "wgs84_latitude":
		s.WGS84Latitude = degrees(r, 90)
	case "wgs84_longitude":
		s.WGS84Longitude = degrees(r, 180)
	case "time_zone":
		s.TimeZone = r.String(MaxCode)
	default:
		return false
	}
	return true
}

// readTrade reads when and how the store trades.
func (s *Store) readTrade(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "opens_minute":
		s.OpensMinute = int(r.Int(0, 24*60-1))
	case "closes_minute":
		s.ClosesMinute = int(r.Int(0, minutesTwoDays))
	case "hours":
		s.Hours = r.String(retail.MaxHoursText)
	case "special_days":
		s.SpecialDays = r.String(retail.MaxSpecialText)
	case "services":
		r.Array(8, func(int) {
			s.Services = append(s.Services, scan.Name(r, retail.ParseFulfilment, Fulfilments))
		})
	case "delivery_radius_m":
		s.DeliveryRadiusM = int32(r.Int(0, MaxRadiusM))
	case "capacity_per_hour":
		s.CapacityPerHour = int32(r.Int(0, MaxCapacityPerHour))
	case "inactive":
		s.Inactive = r.Bool()
	case "simulated":
		s.Simulated = r.Bool()
	default:
		return false
	}
	return true
}

func degrees(r *scan.Reader, limit float64) float64 {
	d := r.Float()
	if d < -limit || d > limit {
		r.Fault("lies beyond the Earth")
		return 0
	}
	return d
}
