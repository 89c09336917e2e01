package retail

import "time"

// Category is a node of the chain's merchandise tree.
type Category struct {
	ID     CategoryID
	Code   string
	Name   string
	NameEN string
	// Parent is the code of the category above, empty at the top.
	Parent  string
	Version int64
}

// MaxCategoryDepth bounds the levels of the merchandise tree.
const MaxCategoryDepth = 8

// Style is a family of SKUs that differ in colour and size alone.
type Style struct {
	ID       StyleID
	Code     string
	Name     string
	NameEN   string
	Category Category
	Brand    string
	// Season is the chain's own name of a season, such as "2026-SS"; empty for goods of all year.
	Season    string
	Active    bool
	Simulated bool
	Version   int64
	// Image is the address of the first picture.
	Image  string
	Rating Rating
}

// SKU is the smallest thing that is stocked, priced and sold.
type SKU struct {
	ID       SKUID
	Code     string
	Name     string
	NameEN   string
	Category Category
	Brand    string
	// Price is the list price of one unit, Cost what the chain pays for it.
	Price, Cost Money
	Active      bool
	Simulated   bool
	Version     int64

	// Style is the code of the family, StyleID its number; empty and 0 without one.
	Style   string
	StyleID StyleID
	Colour  string
	// Size belongs to a system, such as "EU"; SizeOrder sorts the sizes of a style.
	Size, SizeSystem string
	SizeOrder        int32
	// Season is the SKU's own, else its style's.
	Season string
	// OnlineOnly goods are not sold at tills. OffSeason goods are sold at tills alone until they are
	// gone.
	OnlineOnly, OffSeason bool
	// Pack is how many come in one pack; 1 for single pieces.
	Pack    int32
	Barcode string
	// Tags mark the SKU for a time, each at most once, in ascending order.
	Tags []TimedTag
	// Image is the address of the first picture.
	Image  string
	Rating Rating
}

// SoldThrough reports whether the SKU is meant for a channel.
func (s *SKU) SoldThrough(c Channel) bool {
	if c == Till {
		return !s.OnlineOnly
	}
	return !s.OffSeason
}

// Rating sums up the reviews that everybody may read.
type Rating struct {
	// Count is how many there are, Stars the sum of what they gave, 1 to 5 each.
	Count, Stars int64
}

// Tag is a mark that customers see.
type Tag uint8

// The tags.
const (
	Hot Tag = iota + 1
	New
	Limited
)

var tagNames = [...]string{"", "hot", "new", "limited"}

func (t Tag) String() string { return nameOf(tagNames[:], t) }

// ParseTag finds a tag by its name.
func ParseTag(s string) (Tag, bool) { return parseName[Tag](tagNames[:], s) }

// TimedTag is a tag for a time.
type TimedTag struct {
	Tag Tag
	Window
}

// Window is a time from From until before Until. A zero From lies before, a zero Until after
// everything.
type Window struct{ From, Until time.Time }

// Holds reports whether the window holds the instant t.
func (w Window) Holds(t time.Time) bool {
	return !t.Before(w.From) && (w.Until.IsZero() || t.Before(w.Until))
}

// Listing is what one store does with one SKU in a window: it does not sell it, or at a price of its
// own. Outside of the window, and without a listing, it sells the SKU at the SKU's own price.
type Listing struct {
	Store StoreID
	SKU   SKUID
	// Listed is false when the store does not sell the SKU.
	Listed bool
	// Price is the store's own when Priced.
	Price  Money
	Priced bool
	Window
	Version int64
}
