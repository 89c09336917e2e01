package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// retryLoginS is how long to wait after too many failed logins, in seconds.
const retryLoginS = 60

func (a *API) staffRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "login", Method: http.MethodPost, Path: "/v1/login",
			Tags: []string{"staff"}, Summary: "Log in",
			Description: "Trades a password for a token. A browser gets it as a cookie, too.",
			Errors:      []int{http.StatusUnauthorized}},
		answer: reflect.TypeFor[wire.Session](), statuses: []int{200}, open: true,
	}, a.login)
	handle(a, route{
		Operation: huma.Operation{OperationID: "logout", Method: http.MethodPost, Path: "/v1/logout",
			Tags: []string{"staff"}, Summary: "Log out",
			Description: "Makes a browser forget its cookie. A token works until it expires."},
		statuses: []int{204}, open: true,
	}, a.logout)
	huma.Register(a.huma, huma.Operation{OperationID: "session", Method: http.MethodGet,
		Path: "/v1/session", Tags: []string{"staff"}, Summary: "Show who is signed in",
		Responses: a.reads(reflect.TypeFor[wire.Who]()),
	}, a.whoAmI)
}

func (a *API) login(c *call, b *wire.Login) {
	s, err := a.cfg.Desk.Login(c.r.Context(), b.User, b.Password)
	switch {
	case errors.Is(err, staff.ErrCredentials):
		c.refuse(&wire.Problem{Type: "/problems/credentials", Title: "User or password are wrong",
			Status: http.StatusUnauthorized})
		return
	case errors.Is(err, staff.ErrTooMany):
		c.refuse(&wire.Problem{Type: "/problems/rate", Title: "Too many failed logins",
			Status: http.StatusTooManyRequests, RetryAfterS: retryLoginS})
		return
	case err != nil:
		c.refuse(a.outage(err, true))
		return
	}
	http.SetCookie(c.w, staff.NewCookie(s.Token, s.Expires, a.cfg.SecureCookies))
	c.reply(http.StatusOK, &wire.Session{Token: s.Token, Expires: s.Expires.UTC(),
		Who: wire.Who{User: s.User, Role: string(s.Role), Stores: s.Stores, Regions: s.Regions}})
}

func (a *API) logout(c *call, _ *wire.Empty) {
	http.SetCookie(c.w, staff.NewCookie("", a.cfg.Now(), a.cfg.SecureCookies))
	c.w.WriteHeader(http.StatusNoContent)
}

type whoAnswer struct{ Body *wire.Who }

func (a *API) whoAmI(ctx context.Context, _ *struct{}) (*whoAnswer, error) {
	p := staff.From(ctx)
	who := &wire.Who{User: p.User, Role: string(p.Role), Regions: p.Regions}
	if !p.Scope.All() {
		who.Stores = []string{}
		for _, id := range p.Scope.Stores() {
			who.Stores = append(who.Stores, a.storeCode(id))
		}
	}
	return &whoAnswer{Body: who}, nil
}
