package catalogue

import (
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail"
)

// The bounds of a store's figures.
const (
	// MaxRadiusMetres bounds how far a store delivers.
	MaxRadiusMetres = 100_000
	// MaxCapacityPerHour bounds the orders of an hour.
	MaxCapacityPerHour = 1_000_000
	// MaxPhone bounds a store's telephone number, in bytes.
	MaxPhone = 32
)

// CheckStore fills in defaults and says which rule a store breaks.
func CheckStore(s *retail.Store) error {
	var c check
	c.code("code", s.Code)
	s.Name, s.NameEN = names(s.Name, s.NameEN, s.Code)
	c.name("name", s.Name)
	c.name("name_en", s.NameEN)
	c.code("region", s.Region.Code)
	c.name("city", s.City)
	c.name("address", s.Address)
	c.rule(len(s.Phone) <= MaxPhone && strings.Trim(s.Phone, "+0123456789-() /,转*") == "", "phone", "",
		"is not a telephone number of at most 32 bytes")
	c.position(s)
	c.hours(s)
	if s.Services == 0 {
		s.Services = retail.AllServices
	}
	c.rule(s.Services&^retail.AllServices == 0, "services", "", "holds an unknown service")
	c.figure("delivery_radius_m", s.RadiusMetres, MaxRadiusMetres)
	c.figure("capacity_per_hour", s.CapacityPerHour, MaxCapacityPerHour)
	return c.err
}

// position makes Location of what was given; whoever gives only a Location gives WGS 84.
func (c *check) position(s *retail.Store) {
	if s.Given.System == 0 && s.Given.Point == (retail.Point{}) {
		s.Given.Point = s.Location
	}
	if s.Given.System == 0 {
		s.Given.System = retail.WGS84
	}
	c.rule(s.Given.System <= retail.GCJ02, "coordinates", s.Given.System.String(), "is no known system")
	err := s.Given.Validate()
	c.rule(err == nil, "location", "", errText(err))
	s.Location = s.Given.WGS84()
}

func (c *check) hours(s *retail.Store) {
	if s.TimeZone == "" {
		s.TimeZone = retail.DefaultTimeZone
	}
	_, err := Zone(s.TimeZone)
	c.rule(err == nil, "time_zone", s.TimeZone, "is no IANA time zone")
	if s.OpensMinute == 0 && s.ClosesMinute == 0 {
		s.ClosesMinute = 24 * 60
	}
	c.rule(s.OpensMinute >= 0 && s.OpensMinute < 24*60, "opens_minute", "", "is not a minute of the day")
	c.rule(s.ClosesMinute > s.OpensMinute && s.ClosesMinute <= 48*60, "closes_minute", "",
		"does not lie after the opening, within the next day")
	err = s.Hours.Validate()
	c.rule(err == nil, "hours", "", errText(err))
}

func (c *check) figure(field string, v, limit int32) {
	c.rule(v >= 0 && v <= limit, field, strconv.Itoa(int(v)),
		"must be an integer from 0 to "+strconv.Itoa(int(limit)))
}
