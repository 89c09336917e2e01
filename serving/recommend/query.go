package recommend

import (
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/retail"
)

// Scene is where the slate is shown.
type Scene = retail.Scene

// The scenes.
const (
	Home         = retail.HomeScene
	Product      = retail.ProductScene
	Cart         = retail.CartScene
	AfterPayment = retail.AfterPaymentScene
	Guide        = retail.GuideScene
	sceneCount   = Guide + 1
)

// Act is what a visitor did with an item.
type Act uint8

// The acts, the weakest first.
const (
	Viewed Act = iota + 1
	Clicked
	Favoured
	Carted
	Bought
)

var actNames = [...]string{Viewed: "viewed", Clicked: "clicked", Favoured: "favourite", Carted: "carted",
	Bought: "bought"}

// ParseAct finds an act by its name.
func ParseAct(name string) (Act, bool) {
	for i, known := range actNames {
		if i > 0 && name == known {
			return Act(i), true
		}
	}
	return 0, false
}

// Touch is an item and what a visitor did with it.
type Touch struct {
	Item int32
	Act  Act
}

// Again says what becomes of goods that the member owns already.
type Again uint8

// What becomes of owned goods: DueAgain shows those that a list of repeats proposes, NotAgain none,
// AnyAgain treats them like others.
const (
	DueAgain Again = iota
	NotAgain
	AnyAgain
)

// Filter narrows what may be shown. FilterNone lets everything pass.
type Filter struct {
	// From and To are a subtree of categories, From ≤ c < To; To 0 means any.
	From, To int32
	// Brand is -1 for any.
	Brand int32
	// MinFen and MaxFen bound the price at the store; MaxFen 0 means any.
	MinFen, MaxFen retail.Money
	// Tags must all hold.
	Tags uint8
}

// FilterNone returns a filter that lets everything pass.
func FilterNone() Filter { return Filter{Brand: -1} }

// Query is one request, with every code translated.
type Query struct {
	Scene Scene
	Store int32
	// Slot is the part of the store's day, 0 … HourSlots-1.
	Slot int32
	// Way is how the goods shall be handed over, 0 for any.
	Way retail.Fulfilment
	// Stock is what the store can sell now.
	Stock  Bits
	Limit  int
	Filter Filter
	// Anchors are the goods of the scene: the product that is looked at, what is in the cart or was paid
	// for.
	Anchors []int32
	Exclude []int32
	// Lately is what is bought together these hours; nil knows nothing. It is nobody's own, so that every
	// query may read it.
	Lately *rule.Live
	Again  Again
	// NowS is the time in seconds since 1970, for the windows of rules.
	NowS int64
	// Rules may be nil. Blend is the variant's.
	Rules *Rules
	Blend *Blend

	// HeldOut shows what sells and nothing else, for those whom recommending is measured against.
	HeldOut bool
	// Personal says that the rest may be read; without it ranking does not look at it.
	Personal bool
	// Member is a row of the snapshot, -1 for none.
	Member int32
	// Recent are the visitor's last touches, the newest first.
	Recent []Touch
}

// Rung is a rung of the ladder.
type Rung uint8

// The rungs, the best first.
const (
	OnMember Rung = iota
	OnSession
	OnItem
	OnStore
	OnChain
	OnNewest
	rungCount
)

var rungNames = [...]string{"personal", "session", "item", "store_popular", "chain_popular", "newest"}

func (r Rung) String() string { return rungNames[r] }

// ParseRung finds a rung by its name.
func ParseRung(name string) (Rung, bool) {
	for i, known := range rungNames {
		if name == known {
			return Rung(i), true
		}
	}
	return 0, false
}

// Blend holds the weights of a variant: for each scene, what a score of 1 counts on each rung.
type Blend struct {
	Weight [sceneCount][rungCount]float32
	// Decay is what the next older touch counts of the one before it, 0 to 1.
	Decay float32
	// Lately is what a pair of these hours counts of a learnt one.
	Lately float32
	// Combos is what a rule about several goods of the scene counts of the list of one; Visits what visits
	// like this one count of a touch.
	Combos, Visits float32
	// Act is what a touch counts by its act.
	Act [Bought + 1]float32
	// PerStyle bounds how many of one style a slate shows; PerCategory and PerBrand are shares of it.
	PerStyle              int
	PerCategory, PerBrand float32
}

// DefaultBlend returns the weights that hold until a trial has found better ones: a product page is about
// the product, home about the member.
func DefaultBlend() Blend {
	return Blend{
		Weight: [sceneCount][rungCount]float32{
			Home:         {1, .8, .5, .15, .05, .001},
			Product:      {.3, .3, 1, .05, .02, .001},
			Cart:         {.5, .3, 1, .05, .02, .001},
			AfterPayment: {.5, .2, 1, .05, .02, .001},
			Guide:        {1, 1, .5, .1, .05, .001},
		},
		Decay: .8, Lately: 1, Combos: 1, Visits: 1,
		Act:      [...]float32{Viewed: .5, Clicked: .7, Favoured: .9, Carted: 1, Bought: .6},
		PerStyle: 1, PerCategory: .4, PerBrand: .4,
	}
}
