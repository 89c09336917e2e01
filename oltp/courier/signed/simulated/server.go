// Package simulated behaves like a courier service within one city towards a chain: it takes signed
// requests, finds riders, and sends signed callbacks, again and again until they are taken. A test plays the
// riders, and may have callbacks lost, doubled or held back; the demo lets them ride by themselves. It is a
// simulation: nobody rides, and it says so in every answer.
package simulated

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/courier/signed"
)

// maxBody bounds a request, in bytes; maxTasks what is kept.
const (
	maxBody  = 64 << 10
	maxTasks = 100_000
)

// Config says whom the simulation serves.
type Config struct {
	Shop   string
	Secret []byte
	// FeeFen is what a task costs. Default 800.
	FeeFen int64
	// Ride makes riders move by themselves, one step after each pause. Zero leaves it to Move.
	Ride time.Duration
	// Retries are the pauses before a callback is sent again. Default: from 15 s to an hour.
	Retries []time.Duration
	// Hand changes how a callback is sent: it may call send never, once or twice, now or later. send reports
	// whether the callback was taken. Default: send it until it is taken.
	Hand func(s signed.Status, send func() bool)
	// HTTP sends callbacks. Default: one with a timeout of 5 s.
	HTTP *http.Client
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Server is the simulation; it is the http.Handler of the chain's requests.
type Server struct {
	cfg Config
	mux *http.ServeMux

	mu    sync.Mutex
	tasks map[string]*task
	// refusals are how many requests fail, and how, before one is taken.
	refusals []int
	sent     sync.WaitGroup
	ctx      context.Context
	stop     context.CancelFunc
}

type task struct {
	signed.Status
	asked signed.Task
	state courier.State
}

// New returns a simulation. Close ends its riders and callbacks.
func New(cfg Config) *Server {
	if cfg.FeeFen == 0 {
		cfg.FeeFen = 800
	}
	if cfg.Retries == nil {
		const s, m = time.Second, time.Minute
		cfg.Retries = []time.Duration{15 * s, 15 * s, 30 * s, 3 * m, 10 * m, 20 * m, 30 * m, 60 * m}
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 5 * time.Second}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), tasks: map[string]*task{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux.HandleFunc("POST /v1/tasks", s.take)
	s.mux.HandleFunc("GET /v1/tasks/{number}", s.show)
	s.mux.HandleFunc("POST /v1/tasks/{number}/cancel", s.cancel)
	return s
}

// Close ends riders and callbacks under way.
func (s *Server) Close() {
	s.stop()
	s.sent.Wait()
}

// Refuse makes the next requests fail with these statuses.
func (s *Server) Refuse(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = append(s.refusals, statuses...)
}

// ServeHTTP checks the chain's signature and answers under its own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = signed.Verify(r.Header, s.cfg.Secret, s.cfg.Shop,
			signed.PurposeRequest(r.Method, r.URL.EscapedPath()), s.cfg.Now(), body)
	}
	if err != nil {
		s.answer(w, r, http.StatusUnauthorized, map[string]string{"message": err.Error()})
		return
	}
	if status := s.refusal(); status != 0 {
		s.answer(w, r, status, map[string]string{"message": "told to refuse"})
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mux.ServeHTTP(w, r)
}

func (s *Server) refusal() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.refusals) == 0 {
		return 0
	}
	status := s.refusals[0]
	s.refusals = s.refusals[1:]
	return status
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{}`)
	}
	signed.Sign(w.Header(), s.cfg.Secret, s.cfg.Shop,
		signed.PurposeAnswer(r.Header.Get(signed.HeaderNonce)), s.cfg.Now(), text)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Simulation", "nobody rides")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that went away needs no answer
}

func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	var ask signed.Task
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil || ask.Number == "" ||
		ask.Shop != s.cfg.Shop || ask.To.Address == "" && ask.To.Latitude == nil {
		s.answer(w, r, http.StatusUnprocessableEntity, map[string]string{"message": "cannot be read"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tasks[ask.Number]
	if t == nil && len(s.tasks) >= maxTasks {
		s.answer(w, r, http.StatusTooManyRequests, map[string]string{"message": "the simulation is full"})
		return
	}
	if t == nil {
		now := s.cfg.Now().Truncate(time.Second)
		t = &task{asked: ask, state: courier.Booked, Status: signed.Status{Shop: s.cfg.Shop,
			Number: ask.Number, Task: "SIM" + strconv.Itoa(len(s.tasks)+1), FeeFen: s.cfg.FeeFen, At: now,
			State: courier.Booked.String(), PickupAt: now.Add(15 * time.Minute)}}
		s.tasks[ask.Number] = t
		if s.cfg.Ride > 0 {
			s.sent.Go(func() { s.ride(ask.Number) })
		}
	}
	s.answer(w, r, http.StatusOK, t.Status)
}

func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tasks[r.PathValue("number")]
	if t == nil {
		s.answer(w, r, http.StatusNotFound, map[string]string{"message": "there is no such task"})
		return
	}
	s.answer(w, r, http.StatusOK, t.Status)
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tasks[r.PathValue("number")]
	switch {
	case t == nil:
		s.answer(w, r, http.StatusNotFound, map[string]string{"message": "there is no such task"})
		return
	case t.state == courier.PickedUp || t.state == courier.Delivered:
		s.answer(w, r, http.StatusConflict, map[string]string{"message": "the rider has the goods"})
		return
	case !t.state.Over():
		t.state, t.State = courier.Cancelled, courier.Cancelled.String()
		t.At, t.Reason = s.cfg.Now().Truncate(time.Second), "by_shop"
	}
	s.answer(w, r, http.StatusOK, t.Status)
}

// Forget makes the service forget a task that it took.
func (s *Server) Forget(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tasks, number)
}

// Asked is what the chain asked under a number, or false.
func (s *Server) Asked(number string) (signed.Task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tasks[number]
	if !ok {
		return signed.Task{}, false
	}
	return t.asked, true
}

// State is how far a task is, 0 for none.
func (s *Server) State(number string) courier.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tasks[number]; ok {
		return t.state
	}
	return 0
}

// Tasks is how many tasks were ever taken.
func (s *Server) Tasks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tasks)
}

// Move plays the rider, or the service: the task is further, and the chain is told.
func (s *Server) Move(number string, state courier.State, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tasks[number]
	if t == nil || !t.state.CanBecome(state) {
		return fmt.Errorf("cannot bring task %s to %s", number, state)
	}
	t.state, t.State, t.Reason = state, state.String(), reason
	t.At = s.cfg.Now().Truncate(time.Millisecond)
	told, url := t.Status, t.asked.NotifyURL
	send := func() bool { return s.send(url, told) }
	s.sent.Go(func() {
		if s.cfg.Hand != nil {
			s.cfg.Hand(told, send)
			return
		}
		s.insist(send)
	})
	return nil
}
