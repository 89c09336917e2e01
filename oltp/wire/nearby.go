package wire

import "time"

// StoreStatus is what customers may know of a store now.
type StoreStatus struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	City   string `json:"city,omitempty"`
	// Address is the street and number, Phone the number that the shop shows to everybody.
	Address string `json:"address,omitempty"`
	Phone   string `json:"phone,omitempty"`
	// Latitude and Longitude are WGS 84; MapLatitude and MapLongitude are GCJ-02, for maps of China.
	Latitude     float64 `json:"latitude"`
	Longitude    float64 `json:"longitude"`
	MapLatitude  float64 `json:"gcj02_latitude"`
	MapLongitude float64 `json:"gcj02_longitude"`
	// Trades is false for a store that was closed for good.
	Trades  bool `json:"trades"`
	OpenNow bool `json:"open_now"`
	// OpensAt is when a closed store opens; ClosesAt when it closes, now or after that. Both are in the
	// store's own time zone, and absent beyond two weeks.
	OpensAt  *time.Time `json:"opens_at,omitempty"`
	ClosesAt *time.Time `json:"closes_at,omitempty"`
	// Hours and SpecialDays are the texts of PUT /v1/stores.
	Hours       string   `json:"hours,omitempty"`
	SpecialDays string   `json:"special_days,omitempty"`
	Services    []string `json:"services"`
	// DeliveryRadiusM is how far the store delivers within its city, in metres.
	DeliveryRadiusM int32     `json:"delivery_radius_m"`
	Maps            []MapLink `json:"maps"`
}

// NearStore is a store near a point.
type NearStore struct {
	StoreStatus
	// DistanceM is the great-circle distance to the point, in metres.
	DistanceM int64 `json:"distance_m"`
	// Delivers says that the store's radius covers the point and that it delivers within its city.
	Delivers bool `json:"delivers"`
	// Stock is what the store has of the SKUs that were asked for.
	Stock []NearStock `json:"stock,omitempty"`
}

// NearStock is what a store can promise of a SKU.
type NearStock struct {
	SKU       string `json:"sku"`
	Wanted    int32  `json:"wanted"`
	Available int32  `json:"available"`
}

// MapLink opens a store on a map.
type MapLink struct {
	// Provider is amap, baidu, tencent, apple or google.
	Provider string `json:"provider"`
	// Coordinates is what the link's degrees are in.
	Coordinates string `json:"coordinates"`
	URL         string `json:"url"`
}

// NearStores answers who is near, the nearest first.
type NearStores struct {
	Stores []NearStore `json:"stores"`
	// AsOf is the time at which the stores were open or closed.
	AsOf time.Time `json:"as_of"`
}
