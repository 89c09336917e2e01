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
			Description: "Ends the session of the token or cookie that comes along, or of a refresh " +
				"token: none of its tokens works any longer. A browser forgets its cookie."},
		statuses: []int{204}, open: true,
	}, a.logout)
	handle(a, route{
		Operation: huma.Operation{OperationID: "refresh-session", Method: http.MethodPost,
			Path: "/v1/session/refresh", Tags: []string{"staff"}, Summary: "Get the next token",
			Description: "Trades a refresh token for a token and the next refresh token. A refresh " +
				"token that was traded before ends its session.",
			Errors: []int{http.StatusUnauthorized}},
		answer: reflect.TypeFor[wire.Session](), statuses: []int{200}, open: true,
	}, a.refreshSession)
	handle(a, route{
		Operation: huma.Operation{OperationID: "change-password", Method: http.MethodPost,
			Path: "/v1/session/password", Tags: []string{"staff"}, Summary: "Change one's own password",
			Description: "All sessions of the account end; the answer is a new one."},
		answer: reflect.TypeFor[wire.Session](), statuses: []int{200}, anyone: true,
	}, a.changePassword)
	huma.Register(a.huma, huma.Operation{OperationID: "session", Method: http.MethodGet,
		Path: "/v1/session", Tags: []string{"staff"}, Summary: "Show who is signed in",
		Responses: a.reads(reflect.TypeFor[wire.Who]()),
	}, a.whoAmI)
}

func (a *API) login(c *call, b *wire.Login) {
	s, err := a.cfg.Desk.Login(c.r.Context(), b.User, b.Password)
	a.welcome(c, s, err)
}

func (a *API) refreshSession(c *call, b *wire.Refresh) {
	s, err := a.cfg.Desk.Refresh(c.r.Context(), b.Refresh)
	a.welcome(c, s, err)
}

func (a *API) changePassword(c *call, b *wire.NewPassword) {
	s, err := a.cfg.Desk.ChangePassword(c.r.Context(), c.who.User, b.Old, b.New)
	a.welcome(c, s, err)
}

// welcome answers with a session, or says why there is none.
func (a *API) welcome(c *call, s *staff.Session, err error) {
	if err != nil {
		c.refuse(a.turnedAway(err))
		return
	}
	http.SetCookie(c.w, staff.NewCookie(s.Token, s.Expires, a.cfg.SecureCookies))
	c.reply(http.StatusOK, &wire.Session{Token: s.Token, Expires: s.Expires.UTC(), Refresh: s.Refresh,
		RefreshExpires: s.RefreshExpires.UTC(),
		Who:            wire.Who{User: s.User, Role: string(s.Role), Stores: s.Stores, Regions: s.Regions}})
}

func (a *API) turnedAway(err error) *wire.Problem {
	var fault *staff.Fault
	switch {
	case errors.Is(err, staff.ErrCredentials):
		return &wire.Problem{Type: "/problems/credentials", Title: "User or password are wrong",
			Status: http.StatusUnauthorized}
	case errors.Is(err, staff.ErrTooMany):
		return &wire.Problem{Type: "/problems/rate", Title: "Too many failed logins",
			Status: http.StatusTooManyRequests, RetryAfterS: retryLoginS}
	case errors.Is(err, staff.ErrRefresh):
		return &wire.Problem{Type: "/problems/unauthorized", Title: "The session has ended",
			Status: http.StatusUnauthorized, Detail: err.Error() + ": log in again."}
	case errors.Is(err, staff.ErrNoAccount):
		return notFound("The account")
	case errors.As(err, &fault):
		return invalid(wire.Fault{Location: "body.new", Reason: fault.Reason})
	}
	return a.outage(err, true)
}

func (a *API) logout(c *call, b *wire.Refresh) {
	who, _ := a.cfg.Gate.Identify(c.r) // nobody need be signed in to log out
	if err := a.cfg.Desk.Logout(c.r.Context(), who, b.Refresh); err != nil {
		c.refuse(a.outage(err, true))
		return
	}
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
