package retail

// Category is a node of the chain's merchandise tree.
type Category struct {
	ID     CategoryID
	Code   string
	Name   string
	NameEN string
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
}
