package staff

import "slices"

// Role is what a user is for.
type Role string

// The roles.
const (
	// HQAdmin may do everything everywhere.
	HQAdmin Role = "hq-admin"
	// HQAnalyst sees everything and changes nothing.
	HQAnalyst Role = "hq-analyst"
	// RegionManager runs the stores of its regions.
	RegionManager Role = "region-manager"
	// StoreManager runs its stores.
	StoreManager Role = "store-manager"
	// Storefront is a channel, such as the mini-program: it sells for every store at catalogue
	// prices, and reads nothing but what is in stock.
	Storefront Role = "storefront"
)

// Roles lists every role.
func Roles() []Role { return []Role{HQAdmin, HQAnalyst, RegionManager, StoreManager, Storefront} }

// Known reports whether r is a role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Chainwide reports whether the role is not bound to stores.
func (r Role) Chainwide() bool { return r == HQAdmin || r == HQAnalyst }

// Action is something that a role may or may not do.
type Action uint8

// The actions.
const (
	// ReadKPIs covers dashboards, exports and alerts.
	ReadKPIs Action = iota
	// ReadOrders covers single orders.
	ReadOrders
	// ReadStock covers stock levels.
	ReadStock
	// ReadCatalogue covers regions, stores, categories and products.
	ReadCatalogue
	// ReadMembers covers the list of the chain's members.
	ReadMembers
	// Sell covers placing, paying and cancelling orders.
	Sell
	// SetPrices covers orders at other prices than the catalogue's, and lines that are no sale.
	SetPrices
	// Fulfil covers shipping and completing orders.
	Fulfil
	// Refund covers giving money back.
	Refund
	// MoveStock covers receiving, adjusting and writing off.
	MoveStock
	// EditCatalogue covers changing regions, stores, categories, products and members.
	EditCatalogue
	// RegisterMembers covers registering members, changing what is known of them and recording what
	// they decided.
	RegisterMembers
	// ViewMembers covers single members of one's stores, masked, and finding them.
	ViewMembers
	// RevealMembers covers everything personal of a member.
	RevealMembers
	// EraseMembers covers erasing members.
	EraseMembers
	// ApproveTransfers covers approving and rejecting transfers between stores that one sees.
	ApproveTransfers
)

// May reports whether the role covers the action.
func (r Role) May(a Action) bool {
	switch r {
	case HQAdmin:
		return true
	case HQAnalyst:
		return a <= ReadMembers || a == ViewMembers
	case RegionManager:
		return a != EditCatalogue && a != ReadMembers && a != RevealMembers && a != EraseMembers
	case StoreManager:
		return a != ApproveTransfers && RegionManager.May(a)
	case Storefront:
		return a == Sell || a == ReadStock || a == RegisterMembers
	}
	return false
}
