package catalogue

import (
	"context"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Store is a store with its time zone loaded.
type Store struct {
	retail.Store
	Zone *time.Location
}

// Lookup answers codes and ids from memory; Directory implements it. What it does not hold it asks the
// database for, within a short deadline and once for all who ask at the same time; an unknown code is
// remembered for a moment, so that a flood of them stays cheap. Rows that are returned must not be changed.
type Lookup interface {
	// Store finds a store by its code.
	Store(code string) (retail.StoreID, *time.Location, bool)
	// SKU finds a SKU by its code.
	SKU(code string) (retail.SKUID, bool)
	// Member finds a member by its code.
	Member(code string) (retail.MemberID, bool)
	// StoreByID returns a store.
	StoreByID(id retail.StoreID) (*Store, bool)
	// AllStores lists the stores of the chain in ascending order of code, from memory unless one has
	// changed. The list must not be changed either.
	AllStores(ctx context.Context) ([]*Store, error)
	// SKUByID returns a SKU.
	SKUByID(id retail.SKUID) (*retail.SKU, bool)
	// MemberByID returns a member.
	MemberByID(id retail.MemberID) (*retail.Member, bool)
	// Assortment returns what a store does apart from selling every SKU at its own price.
	Assortment(store retail.StoreID) (*Assortment, bool)
	// Down reports whether the database did not answer when it was last asked for rows of the kind: then
	// "not found" may only mean "not known here".
	Down(kind Kind) bool
	// Forget drops rows that this instance has changed by another way than its Editor, so that it need
	// not wait for word of its own change.
	Forget(c Change)
	// Prefetch loads what is not held of many codes with one query a kind: what a bulk does first.
	Prefetch(ctx context.Context, codes Codes) error
}

// Kind is a kind of row that a Lookup answers.
type Kind uint8

// The kinds.
const (
	OfStores Kind = iota
	OfSKUs
	OfMembers
	OfListings
)

// Codes names rows by code.
type Codes struct{ Stores, SKUs, Members []string }

// Source is where a Directory reads. oltp/postgres implements it. Rows that do not exist are absent.
type Source interface {
	// StoresByCode and its like read rows by code or by id.
	StoresByCode(ctx context.Context, codes []string) ([]retail.Store, error)
	StoresByID(ctx context.Context, ids []int64) ([]retail.Store, error)
	// Stores is that of Lister.
	Stores(ctx context.Context, scope retail.Scope, after string, limit int) ([]retail.Store, error)
	SKUsByCode(ctx context.Context, codes []string) ([]retail.SKU, error)
	SKUsByID(ctx context.Context, ids []int64) ([]retail.SKU, error)
	MembersByCode(ctx context.Context, codes []string) ([]retail.Member, error)
	MembersByID(ctx context.Context, ids []int64) ([]retail.Member, error)
	// AssortmentsByStore reads the listings of stores; a store without any has an empty one.
	AssortmentsByStore(ctx context.Context, stores []int64) ([]Assortment, error)
	// Changes tells of changes that any instance makes until ctx or the connection ends, first of a
	// change of everything.
	Changes(ctx context.Context, tell func(Change)) error
}
