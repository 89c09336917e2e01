package retail

import "math"

// Coordinates is a system of coordinates. The values are stored and sent: they never change.
type Coordinates uint8

// The systems: WGS84 is that of satellites and of the rest of the world, GCJ02 the one that maps of
// mainland China are drawn in, some 100 to 700 m beside it.
const (
	WGS84 Coordinates = iota + 1
	GCJ02
)

var coordinateNames = [...]string{"", "wgs84", "gcj02"}

func (c Coordinates) String() string { return nameOf(coordinateNames[:], c) }

// ParseCoordinates finds a system by its name.
func ParseCoordinates(s string) (Coordinates, bool) {
	return parseName[Coordinates](coordinateNames[:], s)
}

// Position is a position as somebody gave it.
type Position struct {
	Point
	// System is what the degrees are in; zero means WGS84.
	System Coordinates
}

// WGS84 returns the position in WGS 84.
func (p Position) WGS84() Point {
	if p.System == GCJ02 {
		return p.Point.FromGCJ02()
	}
	return p.Point
}

// GCJ02 returns the position in GCJ-02.
func (p Position) GCJ02() Point {
	if p.System == GCJ02 {
		return p.Point
	}
	return p.Point.ToGCJ02()
}

// ToGCJ02 turns WGS 84 degrees into GCJ-02. The official transformation is secret; this is the public
// reconstruction that coordtransform, eviltransform and their like share: a polynomial and sines of the
// distance from 35° N 105° E in degrees, on the ellipsoid of Krasovsky 1940. Outside of the rectangle
// around China in which maps are shifted nothing changes.
func (p Point) ToGCJ02() Point {
	if !p.shifted() {
		return p
	}
	lat, lon := p.shift()
	return Point{Latitude: p.Latitude + lat, Longitude: p.Longitude + lon}
}

// FromGCJ02 turns GCJ-02 degrees into WGS 84, so that ToGCJ02 of the result is p again to within 1 mm:
// the shift changes by less than 1 % over its own length, and so each round of subtracting the shift at
// the last guess leaves a hundredth of the error.
func (p Point) FromGCJ02() Point {
	if !p.shifted() {
		return p
	}
	guess := p
	for range 8 {
		lat, lon := guess.shift()
		guess = Point{Latitude: p.Latitude - lat, Longitude: p.Longitude - lon}
	}
	return guess
}

// shifted reports whether a point lies in the rectangle in which maps are shifted.
func (p Point) shifted() bool {
	return p.Longitude >= 72.004 && p.Longitude <= 137.8347 && p.Latitude >= 0.8293 && p.Latitude <= 55.8271
}

// shift is what GCJ-02 adds to WGS 84 at p, in degrees.
func (p Point) shift() (lat, lon float64) {
	const (
		axis         = 6_378_245.0 // metres
		eccentricity = 0.00669342162296594323
	)
	x, y := p.Longitude-105, p.Latitude-35
	waves := 20*sin180(6*x) + 20*sin180(2*x)
	north := -100 + 2*x + 3*y + .2*y*y + .1*x*y + .2*math.Sqrt(math.Abs(x)) +
		(waves+20*sin180(y)+40*sin180(y/3)+160*sin180(y/12)+320*sin180(y/30))*2/3
	east := 300 + x + 2*y + .1*x*x + .1*x*y + .1*math.Sqrt(math.Abs(x)) +
		(waves+20*sin180(x)+40*sin180(x/3)+150*sin180(x/12)+300*sin180(x/30))*2/3
	phi := p.Latitude / 180 * math.Pi
	magic := 1 - eccentricity*math.Sin(phi)*math.Sin(phi)
	root := math.Sqrt(magic)
	lat = north * 180 / (axis * (1 - eccentricity) / (magic * root) * math.Pi)
	lon = east * 180 / (axis / root * math.Cos(phi) * math.Pi)
	return lat, lon
}

// sin180 is the sine of x half turns.
func sin180(x float64) float64 { return math.Sin(x * math.Pi) }
