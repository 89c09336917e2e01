package edge

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// tokens remembers verified tokens for a while, because verifying one costs more than the lookup that
// it allows.
type tokens struct {
	auth Authenticator
	max  int
	keep time.Duration
	mu   sync.RWMutex
	held map[string]grant
}

type grant struct {
	scope retail.Scope
	// scopeKey is the scope's own key.
	scopeKey string
	// members says that recommendations may be asked for a member: by a channel, which the member uses,
	// and by staff who may see members.
	members bool
	// viewer says that this is staff who may see single members.
	viewer bool
	until  time.Time
}

func newTokens(auth Authenticator, max int, keep time.Duration) *tokens {
	return &tokens{auth: auth, max: max, keep: keep, held: make(map[string]grant)}
}

func (t *tokens) check(token []byte, now time.Time) (grant, error) {
	t.mu.RLock()
	g, ok := t.held[string(token)]
	t.mu.RUnlock()
	if ok && now.Before(g.until) {
		return g, nil
	}
	text := string(token)
	p, err := t.auth.Verify(text)
	if err != nil {
		return grant{}, err
	}
	if !p.May(staff.ReadStock) {
		return grant{}, fmt.Errorf("a %s may not read stock", p.Role)
	}
	g = grant{scope: p.Scope, members: p.Role == staff.Storefront || p.May(staff.ViewMembers),
		viewer: p.May(staff.ViewMembers),
		until:  now.Add(t.keep)}
	if p.Role == staff.Storefront {
		// A channel sells for every store, and sees nothing else of them.
		g.scope = retail.HQScope()
	}
	g.scopeKey = g.scope.Key()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.held) >= t.max {
		clear(t.held)
	}
	t.held[text] = g
	return g, nil
}

// memberFor finds a member by code, nil for one that is not known now. foreign says that it belongs to stores
// out of scope, so that nothing of it may be told.
func (s *Server) memberFor(g *grant, code []byte) (m *retail.Member, foreign bool) {
	id, known := s.codes.member(s.advice.Members, code)
	if !known {
		return nil, false
	}
	m, known = s.advice.Members.MemberByID(id)
	if !known {
		return nil, false
	}
	return m, !g.scope.All() && !g.scope.Sees(m.Origin)
}

// noSuchMember is why a member is not told of, whether there is none or it belongs to other stores.
const noSuchMember = "there is no such member of your stores"

// allow finds what the request may see; it has answered the request when it reports false.
func (s *Server) allow(ctx *fasthttp.RequestCtx) (grant, bool) {
	header := ctx.Request.Header.Peek(fasthttp.HeaderAuthorization)
	if s.cfg.Open && len(header) == 0 {
		// Whoever comes without a token is a stranger: no member's taste or past is shown.
		return grant{scope: retail.HQScope(), scopeKey: "open"}, true
	}
	reason := "want a header Authorization: Bearer <token>"
	if token, ok := bearer(header); ok && s.cfg.Auth != nil {
		g, err := s.tokens.check(token, s.cfg.Now())
		if err == nil {
			return g, true
		}
		reason = err.Error()
	}
	s.counts.refused.Add(1)
	ctx.Response.Header.Set(fasthttp.HeaderWWWAuthenticate, `Bearer realm="tillstream"`)
	s.fail(ctx, problem{status: fasthttp.StatusUnauthorized, field: "authorization", reason: reason})
	return grant{}, false
}

func bearer(header []byte) (token []byte, ok bool) {
	const scheme = "Bearer "
	if len(header) <= len(scheme) || !strings.EqualFold(string(header[:len(scheme)]), scheme) {
		return nil, false
	}
	return header[len(scheme):], true
}
