package retail

import "time"

// RuleID numbers a merchandising rule.
type RuleID int64

// RuleKind is what a merchandising rule does.
type RuleKind uint8

// What merchandising rules do: a boost multiplies the score of goods, a pin puts one SKU at a place, a
// block keeps goods off every slate.
const (
	RuleBoost RuleKind = iota + 1
	RulePin
	RuleBlock
)

var ruleKindNames = [...]string{"", "boost", "pin", "block"}

func (k RuleKind) String() string { return nameOf(ruleKindNames[:], k) }

// ParseRuleKind finds a kind by its name.
func ParseRuleKind(s string) (RuleKind, bool) { return parseName[RuleKind](ruleKindNames[:], s) }

// Limits of merchandising rules. Each rule in force costs every recommendation a few nanoseconds.
const (
	// MaxRules bounds the rules of the whole chain that have not ended, MaxStoreRules those of one store.
	MaxRules, MaxStoreRules = 1024, 64
	// MinRuleFactor and MaxRuleFactor bound what a boost multiplies by; below 1 it buries.
	MinRuleFactor, MaxRuleFactor = 0.01, 100
	// MaxRulePlace bounds the place of a pin and the quota of a boost.
	MaxRulePlace = 50
)

// MerchandisingRule is a wish of a merchandiser about what is recommended, of headquarters for the chain or
// of a store for itself.
type MerchandisingRule struct {
	ID   RuleID
	Kind RuleKind
	// Store is 0 for the whole chain.
	Store StoreID
	// Scenes has bit s for each Scene s; 0 means all.
	Scenes uint8
	// SKU, Category with all below it, Brand and Tags say which goods it is about: those that all of them
	// name. 0, empty and no bit mean any. Tags has bit t for each Tag t.
	SKU             SKUID
	Category, Brand string
	Tags            uint8
	// Factor multiplies the scores of a boost. Place is where a pin stands, from 1. Quota is how many
	// places of one slate a boost may fill, 0 for any number.
	Factor       float64
	Place, Quota int32
	Window
	// Note is why, for colleagues.
	Note    string
	Version int64
	// Deleted rules are kept for those who repeat a request, and hold no more.
	Deleted   bool
	ChangedBy string
	ChangedAt time.Time
}

// Same reports whether two rules wish the same, whoever wrote them and when.
func (r *MerchandisingRule) Same(o *MerchandisingRule) bool {
	a, b := *r, *o
	for _, x := range []*MerchandisingRule{&a, &b} {
		x.ID, x.Version, x.Deleted, x.ChangedBy, x.ChangedAt = 0, 0, false, "", time.Time{}
	}
	sameTime := a.From.Equal(b.From) && a.Until.Equal(b.Until)
	a.Window, b.Window = Window{}, Window{}
	return sameTime && a == b
}

// SceneNames lists the scenes by name; none means all.
func (r *MerchandisingRule) SceneNames() (names []string) {
	for _, s := range Scenes() {
		if r.Scenes>>s&1 == 1 {
			names = append(names, s.String())
		}
	}
	return names
}

// TagNames lists the tags by name.
func (r *MerchandisingRule) TagNames() (names []string) {
	for t := Hot; t <= Limited; t++ {
		if r.Tags>>t&1 == 1 {
			names = append(names, t.String())
		}
	}
	return names
}
