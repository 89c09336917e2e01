package retail

// StockAccount is where pieces of a SKU are. The stock ledger is double entry: each move takes a quantity
// from one account and gives it to another, so that the sum over all accounts of a SKU is always 0. What
// a store has on hand is the sum of its Shelf and Held accounts, what is reserved the Held account alone.
type StockAccount uint8

// The accounts. Shelf and Held belong to a store; the others are where goods come from and go to, and
// what happens there is none of the ledger's business.
const (
	// Shelf holds what the store may promise.
	Shelf StockAccount = iota + 1
	// Held holds what the store has and has promised.
	Held
	// Supplier gives what is received.
	Supplier
	// Customer takes what is sold, and gives what is returned.
	Customer
	// Discrepancy takes and gives what an adjustment corrects.
	Discrepancy
	// Counted takes and gives what a stocktake corrects.
	Counted
	// Lost takes what was written off, damaged or lost on the road.
	Lost
	// InTransit holds what has left one store and not yet been booked in at another.
	InTransit
	// Claimed takes what somebody is to make good for.
	Claimed
)

var stockAccountNames = [...]string{"", "shelf", "held", "supplier", "customer", "discrepancy", "counted",
	"lost", "in_transit", "claimed"}

func (a StockAccount) String() string { return nameOf(stockAccountNames[:], a) }

// stockTransfers lists, for each kind of move, the account that gives and the one that takes a positive
// quantity. An Adjust of a negative quantity goes the other way.
var stockTransfers = [...][2]StockAccount{
	Receive:      {Supplier, Shelf},
	Sell:         {Shelf, Customer},
	Reserve:      {Shelf, Held},
	Release:      {Held, Shelf},
	Fulfil:       {Held, Customer},
	Return:       {Customer, Shelf},
	Adjust:       {Discrepancy, Shelf},
	StockLoss:    {Shelf, Lost},
	Damage:       {Shelf, Lost},
	CountGain:    {Counted, Shelf},
	CountLoss:    {Shelf, Counted},
	TransferOut:  {Shelf, InTransit},
	TransferIn:   {InTransit, Shelf},
	TransitLoss:  {Shelf, Lost},
	TransitClaim: {Shelf, Claimed},
}

// Accounts returns the account that gives and the one that takes; both are 0 for an unknown kind.
func (k StockMoveKind) Accounts() (from, to StockAccount) {
	if int(k) >= len(stockTransfers) {
		return 0, 0
	}
	return stockTransfers[k][0], stockTransfers[k][1]
}

// Deltas returns what moving qty pieces does to what the store has on hand and has reserved.
func (k StockMoveKind) Deltas(qty int32) (onHand, reserved int32) {
	from, to := k.Accounts()
	for _, leg := range [...]struct {
		account StockAccount
		qty     int32
	}{{from, -qty}, {to, qty}} {
		switch leg.account {
		case Shelf:
			onHand += leg.qty
		case Held:
			onHand, reserved = onHand+leg.qty, reserved+leg.qty
		}
	}
	return onHand, reserved
}
