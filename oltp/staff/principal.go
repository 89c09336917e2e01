package staff

import (
	"context"

	"github.com/tillstream/tillstream/retail"
)

// Principal is who makes a request. It is fixed when the user logs in.
type Principal struct {
	// User is the login name.
	User string
	Role Role
	// Scope is what the principal may see. A Storefront sees nothing.
	Scope retail.Scope
	// Regions are the codes of the regions that a RegionManager runs.
	Regions []string
	// Version is that of the account when the token was signed; 0 for a token without an account, which
	// whoever holds the key has made.
	Version int64
	// Session is the login that the token comes from; 0 without one.
	Session int64
}

// Why a store, or a region, is not for somebody who runs other regions.
const (
	OtherRegion   = "is a store outside your regions"
	NotYourRegion = "is none of your regions"
)

// May reports whether the principal's role covers the action.
func (p *Principal) May(a Action) bool { return p.Role.May(a) }

// Reach is the scope of what the principal may act on: its own scope, and for a Storefront every store,
// because a channel sells for all of them though it sees none of their figures. Whatever reads rows of
// stores for an action that the role covers reads them under this scope.
func (p *Principal) Reach() retail.Scope {
	if p.Role == Storefront {
		return retail.HQScope()
	}
	return p.Scope
}

// Serves reports whether the principal may act for a store.
func (p *Principal) Serves(store retail.StoreID) bool { return p.Reach().Sees(store) }

type contextKey struct{}

// With returns a context that carries the principal.
func With(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// From returns the principal of a request, or nil when nobody is signed in.
func From(ctx context.Context) *Principal {
	p, _ := ctx.Value(contextKey{}).(*Principal)
	return p
}
