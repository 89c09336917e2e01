// Package brute answers recommendations as the plain method does: the dot product of the member's vector
// with that of every item, the ten best, encoded by encoding/json, over fasthttp. No filter, no stock, no
// reason, no diversity. It is what the edge is measured against, in the same minutes on the same machine.
package brute

import (
	"encoding/json"
	"math/rand/v2"
	"net"
	"sync"

	"github.com/valyala/fasthttp"
	"github.com/viterin/vek/vek32"
)

// Config says how large the catalogue is.
type Config struct {
	Items, Dimensions, Members, Limit int
	Seed                              uint64
}

// Server holds the vectors.
type Server struct {
	cfg            Config
	items, members []float32
	scores         sync.Pool
	http           fasthttp.Server
}

// New draws the vectors.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, items: make([]float32, cfg.Items*cfg.Dimensions),
		members: make([]float32, cfg.Members*cfg.Dimensions)}
	rng := rand.New(rand.NewPCG(cfg.Seed, 5))
	for i := range s.items {
		s.items[i] = float32(rng.NormFloat64())
	}
	for i := range s.members {
		s.members[i] = float32(rng.NormFloat64())
	}
	s.scores.New = func() any { return new([]pick) }
	s.http = fasthttp.Server{Handler: s.handle, Name: "brute"}
	return s
}

// Serve answers until Stop.
func (s *Server) Serve(l net.Listener) error { return s.http.Serve(l) }

// Stop ends listening.
func (s *Server) Stop() error { return s.http.Shutdown() }

type pick struct {
	Item  int     `json:"item"`
	Score float32 `json:"score"`
}

// handle answers ?member=n.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	member, err := ctx.QueryArgs().GetUint("member")
	if err != nil || member >= s.cfg.Members {
		ctx.Error("want member", fasthttp.StatusBadRequest)
		return
	}
	picks := s.scores.Get().(*[]pick)
	defer s.scores.Put(picks)
	*picks = s.best((*picks)[:0], member)
	body, err := json.Marshal(*picks)
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
}

// best keeps the best in order while it walks over all items.
func (s *Server) best(top []pick, member int) []pick {
	d := s.cfg.Dimensions
	taste := s.members[member*d : (member+1)*d]
	for item := range s.cfg.Items {
		score := vek32.Dot(taste, s.items[item*d:(item+1)*d])
		if len(top) == s.cfg.Limit && score <= top[len(top)-1].Score {
			continue
		}
		if len(top) < s.cfg.Limit {
			top = append(top, pick{})
		}
		at := len(top) - 1
		for ; at > 0 && top[at-1].Score < score; at-- {
			top[at] = top[at-1]
		}
		top[at] = pick{Item: item, Score: score}
	}
	return top
}
