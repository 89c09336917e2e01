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
	// Planner moves goods between stores and corrects stock, for the whole chain.
	Planner Role = "planner"
	// Marketing edits the catalogue and sees the members, masked, for the whole chain.
	Marketing Role = "marketing"
	// RegionManager runs the stores of its regions.
	RegionManager Role = "region-manager"
	// StoreManager runs its stores.
	StoreManager Role = "store-manager"
	// Guide sells and hands over in its stores, at the catalogue's prices.
	Guide Role = "guide"
	// Storefront is a channel, such as the mini-program: it sells for every store at catalogue
	// prices, and reads nothing but what is in stock.
	Storefront Role = "storefront"
)

// Roles lists every role.
func Roles() []Role {
	return []Role{HQAdmin, HQAnalyst, Planner, Marketing, RegionManager, StoreManager, Guide, Storefront}
}

// Known reports whether r is a role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Chainwide reports whether the role is not bound to stores.
func (r Role) Chainwide() bool {
	return r == HQAdmin || r == HQAnalyst || r == Planner || r == Marketing
}

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
	// EditCatalogue covers changing regions, categories, products and members.
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
	// ManageStaff covers the accounts of the staff: making, changing and deactivating them.
	ManageStaff
	// ReadAudit covers the trail of who changed what, of one's stores.
	ReadAudit
	// EditStores covers changing stores, those of one's regions.
	EditStores
	// Merchandise covers the rules about what is recommended: those of one's stores, and with the chain in
	// sight those of the chain.
	Merchandise
)

// May reports whether the role covers the action:
//
//	                 HQ admin  analyst  planner  marketing  region  store  guide  storefront
//	ReadKPIs            x         x        x         x         x       x
//	ReadOrders          x         x        x                   x       x      x
//	ReadStock           x         x        x         x         x       x      x        x
//	ReadCatalogue       x         x        x         x         x       x      x
//	ReadMembers         x         x                  x
//	Sell                x                                      x       x      x        x
//	SetPrices           x                                      x       x
//	Fulfil              x                                      x       x      x
//	Refund              x                                      x       x
//	MoveStock           x                  x                   x       x
//	EditCatalogue       x                            x
//	RegisterMembers     x                                      x       x      x        x
//	ViewMembers         x         x                  x         x       x      x
//	RevealMembers       x
//	EraseMembers        x
//	ApproveTransfers    x                  x                   x
//	ManageStaff         x
//	ReadAudit           x         x                            x       x
//	EditStores          x                            x         x
//	Merchandise         x                            x         x       x
func (r Role) May(a Action) bool {
	switch r {
	case HQAdmin:
		return true
	case HQAnalyst:
		return a <= ReadMembers || a == ViewMembers || a == ReadAudit
	case Planner:
		return a <= ReadCatalogue || a == MoveStock || a == ApproveTransfers
	case Marketing:
		return a == ReadKPIs || a == ReadStock || a == ReadCatalogue || a == ReadMembers ||
			a == EditCatalogue || a == EditStores || a == ViewMembers || a == Merchandise
	case RegionManager:
		return a != EditCatalogue && a != ReadMembers && a != RevealMembers && a != EraseMembers &&
			a != ManageStaff
	case StoreManager:
		return a != ApproveTransfers && a != EditStores && RegionManager.May(a)
	case Guide:
		return a == ReadOrders || a == ReadStock || a == ReadCatalogue || a == Sell || a == Fulfil ||
			a == RegisterMembers || a == ViewMembers
	case Storefront:
		return a == Sell || a == ReadStock || a == RegisterMembers
	}
	return false
}
