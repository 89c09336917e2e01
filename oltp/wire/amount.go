package wire

import (
	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Amount is an amount that may be left out. A pointer would say the same at the price of an
// allocation for each line of each order.
type Amount struct {
	Money retail.Money
	// Given is false for an amount that is left out.
	Given bool
}

// Of returns an Amount that is given.
func Of(m retail.Money) Amount { return Amount{Money: m, Given: true} }

// IsZero reports whether the amount is left out, for the JSON option omitzero.
func (a Amount) IsZero() bool { return !a.Given }

// MarshalJSON writes the amount, or null when it is left out.
func (a Amount) MarshalJSON() ([]byte, error) {
	if !a.Given {
		return []byte("null"), nil
	}
	return a.Money.MarshalJSON()
}

// UnmarshalJSON reads an amount or null.
func (a *Amount) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*a = Amount{}
		return nil
	}
	a.Given = true
	return a.Money.UnmarshalJSON(b)
}

func readAmount(r *scan.Reader) Amount {
	m, given := r.Money()
	return Amount{Money: m, Given: given}
}

func readMoney(r *scan.Reader) retail.Money {
	m, _ := r.Money()
	return m
}
