package console

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// guest is the principal of a request with the token that proved it.
type guest struct {
	*staff.Principal
	token string
}

type guestKey struct{}

func principal(ctx context.Context) guest {
	g, _ := ctx.Value(guestKey{}).(guest)
	return g
}

// credential returns the token of a request and whether it came with the cookie. A cookie is believed
// only in requests that no other site has caused.
func (s *Server) credential(r *http.Request) (token string, cookie bool, err error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return "", false, newProblem(http.StatusUnauthorized, "want Authorization: Bearer <token>")
		}
		return token, false, nil
	}
	c, err := r.Cookie(staff.Cookie)
	if err != nil || c.Value == "" {
		return "", false, nil
	}
	if err := s.sameSite.Check(r); err != nil {
		return "", false, newProblem(http.StatusForbidden, "another site caused this request: "+err.Error())
	}
	return c.Value, true, nil
}

func (s *Server) identify(r *http.Request) (guest, error) {
	token, _, err := s.credential(r)
	if err != nil {
		return guest{}, err
	}
	if token == "" {
		return guest{}, newProblem(http.StatusUnauthorized,
			"sign in first: POST /ui/session, or send Authorization: Bearer <token>")
	}
	p, err := s.cfg.Auth.Verify(token)
	if err != nil {
		return guest{}, newProblem(http.StatusUnauthorized, err.Error())
	}
	return guest{p, token}, nil
}

// authenticate is the middleware of all operations that show figures.
func (s *Server) authenticate(hctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(hctx)
	p, err := s.identify(r)
	if err != nil {
		w.Header().Set("WWW-Authenticate", `Bearer realm="tillstream"`)
		err.(*Problem).write(w)
		return
	}
	if !p.May(staff.ReadKPIs) {
		newProblem(http.StatusForbidden, "a "+string(p.Role)+" may not read figures").write(w)
		return
	}
	next(huma.WithValue(hctx, guestKey{}, p))
}

// visitor is the answer of GET /ui/session.
type visitor struct {
	SignedIn bool         `json:"signed_in"`
	User     string       `json:"user"`
	Role     string       `json:"role"`
	All      bool         `json:"all"`
	TimeZone string       `json:"time_zone"`
	Stores   []storeBrief `json:"stores"`
	Demo     []DemoLogin  `json:"demo"`
}

type storeBrief struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	NameEN       string `json:"name_en"`
	City         string `json:"city"`
	Region       string `json:"region"`
	RegionName   string `json:"region_name"`
	RegionNameEN string `json:"region_name_en"`
	Simulated    bool   `json:"simulated"`
}

func (s *Server) showSession(w http.ResponseWriter, r *http.Request) {
	v := visitor{TimeZone: retail.DefaultTimeZone, Stores: []storeBrief{}, Demo: []DemoLogin{}}
	if len(s.cfg.Demo) > 0 && namesThisMachine(r.Host) {
		v.Demo = s.cfg.Demo
	}
	p, err := s.identify(r)
	if err == nil {
		v.SignedIn, v.User, v.Role, v.All = true, p.User, string(p.Role), p.Scope.All()
		v.Demo = []DemoLogin{}
		err = s.stores(r.Context(), p.Scope, func(store *retail.Store) {
			v.Stores = append(v.Stores, storeBrief{Code: store.Code, Name: store.Name,
				NameEN: store.NameEN, City: store.City, Region: store.Region.Code,
				RegionName: store.Region.Name, RegionNameEN: store.Region.NameEN,
				Simulated: store.Simulated})
		})
		if err != nil {
			err.(*Problem).write(w)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append(appendJSON(nil, v), '\n'))
}

// namesThisMachine reports whether a Host header names the loopback. A site whose name was pointed here
// behind a browser's back has another one.
func namesThisMachine(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// signIn asks the write API and keeps its token in a cookie.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	if err := s.sameSite.Check(r); err != nil {
		newProblem(http.StatusForbidden, "another site caused this request: "+err.Error()).write(w)
		return
	}
	if s.cfg.Upstreams.Orders == nil {
		newProblem(http.StatusNotFound, "this console has no write API to sign in with").write(w)
		return
	}
	answer, p := s.login(r)
	if p != nil {
		p.write(w)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	var got wire.Session
	if err != nil || answer.StatusCode != http.StatusOK || json.Unmarshal(body, &got) != nil ||
		got.Token == "" {
		w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
		w.WriteHeader(max(answer.StatusCode, http.StatusBadRequest))
		_, _ = w.Write(body)
		return
	}
	if _, err := s.cfg.Auth.Verify(got.Token); err != nil {
		newProblem(http.StatusBadGateway, "the write API's token is not ours: "+err.Error()).write(w)
		return
	}
	s.keepSession(w, r, &got)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) login(r *http.Request) (*http.Response, *Problem) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 4<<10))
	if err != nil {
		return nil, newProblem(http.StatusRequestEntityTooLarge, "a login has at most 4096 bytes")
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	target := s.cfg.Upstreams.Orders.JoinPath("/v1/login").String()
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, newProblem(http.StatusInternalServerError, err.Error())
	}
	ask.Header.Set("Content-Type", "application/json")
	answer, err := s.transport.RoundTrip(ask)
	if err != nil {
		s.cfg.Logger.Warn("the write API does not answer", "error", err)
		return nil, newProblem(http.StatusServiceUnavailable, "the write API does not answer")
	}
	kept, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	answer.Body.Close()
	if err != nil {
		return nil, newProblem(http.StatusBadGateway, "the write API's answer broke off")
	}
	answer.Body = io.NopCloser(bytes.NewReader(kept))
	return answer, nil
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.sameSite.Check(r); err != nil {
		newProblem(http.StatusForbidden, "another site caused this request: "+err.Error()).write(w)
		return
	}
	s.endSession(r)
	http.SetCookie(w, s.cookie(r, "", time.Time{}))
	http.SetCookie(w, s.named(refreshCookie, s.cookie(r, "", time.Time{})))
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) cookie(r *http.Request, token string, until time.Time) *http.Cookie {
	secure := r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
	return staff.NewCookie(token, until, secure)
}
