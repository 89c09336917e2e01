package gateway

import (
	"net/netip"
	"strings"

	"github.com/valyala/fasthttp"
)

// caller is who sent a request.
type caller struct {
	address netip.Addr
	// limited says that the visitors' rates count, byAddress that the address's does too.
	limited, byAddress bool
	sender             sender
}

// identify finds out who calls; a non-nil problem refuses them.
func (g *Gateway) identify(ctx *fasthttp.RequestCtx) (caller, *refusal) {
	c := g.origin(ctx)
	if g.cfg.Verifier == nil {
		return c, nil
	}
	token, bearer := strings.CutPrefix(string(ctx.Request.Header.Peek("Authorization")), "Bearer ")
	switch {
	case bearer:
		speaks, err := g.cfg.Verifier.Verify(token)
		if err != nil {
			return c, refuse(fasthttp.StatusUnauthorized, "token-refused", "The token is not good",
				err.Error())
		}
		c.limited, c.byAddress = false, false
		if speaks != nil {
			c.sender = sender{speaks: speaks, bound: true}
		}
	case g.cfg.TokenRequired:
		return c, refuse(fasthttp.StatusUnauthorized, "token-missing", "A token is needed",
			"send Authorization: Bearer <token>")
	default:
		c.sender = sender{speaks: Nobody, stranger: true}
	}
	return c, nil
}

// origin finds the address that the request came from: the last one in X-Forwarded-For that is no
// trusted proxy. Only what trusted proxies have written there is believed.
func (g *Gateway) origin(ctx *fasthttp.RequestCtx) caller {
	peer, _ := netip.AddrFromSlice(ctx.RemoteIP())
	c := caller{address: peer.Unmap(), limited: true, sender: sender{speaks: Anybody}}
	if !g.trusted(c.address) {
		c.byAddress = true
		return c
	}
	forwarded := strings.Split(string(ctx.Request.Header.Peek("X-Forwarded-For")), ",")
	for i := len(forwarded) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		if c.address = hop.Unmap(); !g.trusted(c.address) {
			c.byAddress = true
			break
		}
	}
	return c
}

func (g *Gateway) trusted(a netip.Addr) bool {
	for _, p := range g.cfg.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
