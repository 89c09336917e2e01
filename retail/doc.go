// Package retail holds the words of the trade: stores, goods, members, orders, stock, money, and who
// may see what. It depends on the standard library alone, so that every other folder can speak it.
//
// Identifiers are small integers that the transactional store hands out; a Code is the name under
// which the chain itself knows the same thing (the store number on the door, the SKU on the shelf
// label). Amounts are Money, an int64 in fen. Instants are UTC; a business day belongs to a store.
package retail

// IDs as the transactional store assigns them. Zero means none.
type (
	// StoreID identifies a store, warehouse or web shop.
	StoreID int32
	// RegionID identifies a region of stores.
	RegionID int32
	// SKUID identifies the smallest thing that is stocked and sold.
	SKUID int64
	// StyleID identifies a family of SKUs.
	StyleID int64
	// CategoryID identifies a category of goods.
	CategoryID int32
	// MemberID identifies a member of the chain's one member pool.
	MemberID int64
	// OrderID identifies an order or, in the same number range, a refund.
	OrderID int64
	// CampaignID identifies a marketing campaign.
	CampaignID int32
)
