package pricing

// Reason is why a line is refused.
type Reason uint8

// The reasons.
const (
	NoQuantity Reason = iota + 1
	NoLongerSold
	NotListed
	OnlineOnly
	OffSeason
	Beyond
	NeedsRole
	NotListPrice
	NotStorePrice
	UnexplainedDiscount
	UnexplainedPrice
)

// String says the reason in the words of a problem.
func (r Reason) String() string {
	return [...]string{"", "must be at least 1 for a sale", "is no longer sold",
		"is not sold by this store now", "is sold online only",
		"is off season and sold at tills only", "is beyond what an amount can be",
		"needs a role that may set prices", "is not the catalogue's price of ",
		"is not the store's price of ", "needs a reason from a role that is bound to stores",
		"needs a reason from a role that is bound to stores: it makes the line cheaper than the list's "}[r]
}
