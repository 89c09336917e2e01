package staff

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Cookie is the name of the cookie that carries a browser's token.
const Cookie = "tillstream_session"

// Gate finds out who makes an HTTP request.
type Gate struct {
	verifier *Verifier
	origin   *http.CrossOriginProtection
}

// NewGate returns a Gate for tokens that v accepts.
func NewGate(v *Verifier) *Gate {
	return &Gate{verifier: v, origin: http.NewCrossOriginProtection()}
}

// Identify returns the principal of a request, taken from its bearer token or else its cookie, or the
// problem to answer with. A cookie counts for a change only when the request comes from our own pages.
func (g *Gate) Identify(r *http.Request) (*Principal, *wire.Problem) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		c, err := r.Cookie(Cookie)
		if err != nil {
			return nil, unauthorized("Send a token as Authorization: Bearer, or log in.")
		}
		if err := g.origin.Check(r); err != nil {
			return nil, &wire.Problem{Type: "/problems/cross-origin", Status: http.StatusForbidden,
				Title: "The request comes from another site", Detail: err.Error()}
		}
		token = c.Value
	}
	p, err := g.verifier.Verify(strings.TrimSpace(token))
	if err != nil {
		return nil, unauthorized("The token is not valid or has expired: log in again.")
	}
	return p, nil
}

// Require passes a request on with its principal in the context, and answers 401 without one.
func (g *Gate) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, problem := g.Identify(r)
		if problem != nil {
			WriteProblem(w, problem)
			return
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), p)))
	})
}

// NewCookie returns the cookie that gives a browser its token. A secure one travels over HTTPS only; an
// empty token makes the browser forget it.
func NewCookie(token string, expires time.Time, secure bool) *http.Cookie {
	c := &http.Cookie{Name: Cookie, Value: token, Path: "/", Expires: expires, HttpOnly: true,
		Secure: secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// WriteProblem answers a request with a problem.
func WriteProblem(w http.ResponseWriter, p *wire.Problem) {
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{}`)
	}
	h := w.Header()
	maps.Copy(h, p.GetHeaders())
	h.Set("Content-Type", wire.ProblemType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a client that went away needs no answer
}

func unauthorized(detail string) *wire.Problem {
	return &wire.Problem{Type: "/problems/unauthorized", Title: "Nobody is signed in",
		Status: http.StatusUnauthorized, Detail: detail}
}
