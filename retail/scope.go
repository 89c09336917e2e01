package retail

import (
	"slices"
	"strconv"
)

// Scope is the set of stores that a principal may see. The zero Scope sees nothing, so a forgotten
// scope leaks nothing. It is computed once when a request is authenticated and then travels with it.
type Scope struct {
	all    bool
	stores []StoreID
}

// HQScope sees every store, those of the future included.
func HQScope() Scope { return Scope{all: true} }

// StoreScope sees the given stores.
func StoreScope(stores ...StoreID) Scope {
	own := slices.Clone(stores)
	slices.Sort(own)
	return Scope{stores: slices.Compact(own)}
}

// All reports whether the scope is the whole chain.
func (s Scope) All() bool { return s.all }

// Stores lists the visible stores in ascending order; it is nil for the whole chain. The caller
// must not change it.
func (s Scope) Stores() []StoreID { return s.stores }

// Empty reports whether nothing is visible.
func (s Scope) Empty() bool { return !s.all && len(s.stores) == 0 }

// Sees reports whether a store is visible.
func (s Scope) Sees(id StoreID) bool {
	if s.all {
		return true
	}
	_, found := slices.BinarySearch(s.stores, id)
	return found
}

// Narrow returns the part of s that also lies within the given stores. No stores means no narrowing.
func (s Scope) Narrow(stores []StoreID) Scope {
	if len(stores) == 0 {
		return s
	}
	wanted := StoreScope(stores...)
	if s.all {
		return wanted
	}
	wanted.stores = slices.DeleteFunc(wanted.stores, func(id StoreID) bool { return !s.Sees(id) })
	return wanted
}

// Key is a text that is equal for equal scopes, for cache keys and topics.
func (s Scope) Key() string {
	if s.all {
		return "all"
	}
	var b []byte
	for i, id := range s.stores {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return string(b)
}
