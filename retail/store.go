package retail

import (
	"fmt"
	"math"
)

// Region is a group of stores under one manager.
type Region struct {
	ID     RegionID
	Code   string
	Name   string
	NameEN string
}

// Store is a place that sells: a shop, or a web shop with a warehouse behind it.
type Store struct {
	ID     StoreID
	Code   string
	Name   string
	NameEN string
	Region Region
	City   string
	// Address is the street and number, Phone the number that the shop shows to everybody.
	Address, Phone string
	// Location is where the store is, in WGS 84; Given is the position that was handed in.
	Location Point
	Given    Position
	// TimeZone is an IANA name; the store's business day is the calendar day there.
	TimeZone string
	// OpensMinute and ClosesMinute count from local midnight. ClosesMinute may lie past 1440 for a
	// store that trades beyond midnight; 0 and 1440 mean day and night. They hold on every day that Hours
	// say nothing of.
	OpensMinute, ClosesMinute int
	Hours                     Hours
	// Services are the ways in which the store hands over goods.
	Services Services
	// RadiusMetres is how far the store delivers within its city, 0 for as far as the chain does.
	RadiusMetres int32
	// CapacityPerHour is how many online orders the store handles in an hour, 0 for any number.
	CapacityPerHour int32
	Active          bool
	// Simulated marks a store that a simulation, or the loading of a data set without stores, made up.
	Simulated bool
	Version   int64
}

// Point is a position on the Earth in WGS 84 degrees.
type Point struct{ Latitude, Longitude float64 }

// Validate says which coordinate is not on the Earth.
func (p Point) Validate() error {
	if !(math.Abs(p.Latitude) <= 90) {
		return fmt.Errorf("latitude %v is not within ±90", p.Latitude)
	}
	if !(math.Abs(p.Longitude) <= 180) {
		return fmt.Errorf("longitude %v is not within ±180", p.Longitude)
	}
	return nil
}

// DistanceMetres returns the great-circle distance to q by the haversine formula on a sphere of
// 6,371,008.8 m (the mean Earth radius of IUGG). The error against the ellipsoid is below 0.6 %.
func (p Point) DistanceMetres(q Point) float64 {
	const radius, rad = 6_371_008.8, math.Pi / 180
	sinLat := math.Sin((q.Latitude - p.Latitude) * rad / 2)
	sinLon := math.Sin((q.Longitude - p.Longitude) * rad / 2)
	h := sinLat*sinLat +
		math.Cos(p.Latitude*rad)*math.Cos(q.Latitude*rad)*sinLon*sinLon
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}
