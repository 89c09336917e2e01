package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

var (
	stormSeed  = flag.Uint64("storm.seed", 1, "seed of TestRoutesWithstandAStorm")
	stormShots = flag.Int("storm.shots", 1_000, "requests that each route gets in TestRoutesWithstandAStorm")
	stormTime  = flag.Duration("storm.time", 35*time.Second, "how long all of them may take together")
)

// storm sends what the OpenAPI document allows, and everything near it that it does not.
type storm struct {
	*house
	till   *cashier
	riders *depot
	doc    *document
	roles  []staff.Role

	mu sync.Mutex
	// ids are those that answers have named, by the folder of their route.
	ids map[string][]string
	// hits counts answers by status.
	hits map[int]int
	// sound counts the successes of each route.
	sound map[string]int
	// played counts scenes.
	played atomic.Int64
}

// TestRoutesWithstandAStorm reads the OpenAPI document and sends each route sound requests, and requests
// with wrong types, missing fields, absurd numbers, bad text, broken JSON, odd headers, paths and queries,
// as every role. Nothing may fail inside: each refusal is a problem that says what is wrong, each success
// is what the document promises.
func TestRoutesWithstandAStorm(t *testing.T) {
	riders := newDepot(t)
	x := openCashier(t, func(db *postgres.DB, c *api.Config) {
		riders.equip(db, c)
		c.Limits.RowsPerSecond, c.Limits.Burst = 1e12, 1e12
		c.Limits.LookupsPerSecond, c.Limits.LookupBurst = 1e12, 1e12
	})
	s := &storm{house: x.house, till: x, riders: riders, doc: readDocument(t), ids: map[string][]string{},
		hits: map[int]int{}, sound: map[string]int{}}
	s.admitAll(t)
	s.stockUp(t)
	t.Logf("seed %d, %d routes (-storm.seed, -storm.shots, -storm.time)", *stormSeed,
		len(s.doc.operations))
	share := *stormTime / time.Duration(len(s.doc.operations))
	var sent, short int
	ops := slices.Clone(s.doc.operations)
	slices.SortStableFunc(ops, func(a, b *operation) int { return a.turn() - b.turn() })
	for _, op := range ops {
		s.stage(t, op)
	}
	for i, op := range ops {
		s.rehearse(t, uint64(i), op)
	}
	defer s.ride(t)()
	for i, op := range ops {
		n := s.pour(t, uint64(i), op, share)
		sent += n
		if n < *stormShots {
			short++
		}
	}
	t.Logf("%d requests; %d routes ran out of time first; answers by status: %v", sent, short, s.hits)
	t.Logf("%d of the requests were the end of a scene", s.played.Load())
	for _, op := range ops {
		if name := op.method + " " + op.path; s.sound[name] == 0 {
			t.Errorf("no request to %s succeeded: give it a scene (storm_scene_test.go)", name)
		}
	}
	if s.hits[200] == 0 || s.hits[201] == 0 || s.hits[422] == 0 {
		t.Errorf("the storm misses the service: %v", s.hits)
	}
}

// ride lets couriers work beside the storm, and tell of it by themselves. The function that it returns ends
// that.
func (s *storm) ride(t *testing.T) func() {
	s.riders.way.to.Store(&s.URL)
	ctx, cancel := context.WithCancel(t.Context())
	var riding sync.WaitGroup
	riding.Go(func() { s.riders.desk.Run(ctx) })
	return func() {
		cancel()
		riding.Wait()
	}
}

// turn lets routes that make things come first, so that the others find some, and those that end things
// last.
func (o *operation) turn() int {
	turn := strings.Count(o.path, "{")
	for _, end := range []string{"/cancel", "/complete", "/deliver", "/refund"} {
		if strings.HasSuffix(o.path, end) {
			turn += 2
		}
	}
	if o.method == http.MethodDelete {
		turn += 4
	}
	return turn
}

// admitAll makes a token for every role: chainwide, or of store A.
func (s *storm) admitAll(t *testing.T) {
	t.Helper()
	stores, err := s.db.Catalogue().Stores(t.Context(), retail.HQScope(), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range staff.Roles() {
		if _, ok := s.tokens[role]; !ok {
			scope := retail.StoreScope(stores[0].ID)
			if role.Chainwide() {
				scope = retail.HQScope()
			}
			s.tokens[role] = token(t, role, scope)
		}
	}
	s.roles = append(staff.Roles(), "", "nonsense")
	s.tokens["nonsense"] = "a.b.c"
}

// stockUp receives enough goods for the whole storm.
func (s *storm) stockUp(t *testing.T) {
	t.Helper()
	var moves []wire.StockMove
	for _, store := range []string{"A", "B"} {
		for _, sku := range []string{"1", "2"} {
			moves = append(moves, wire.StockMove{Key: "storm-" + store + sku, Store: store, SKU: sku,
				Kind: "receive", Qty: 90_000})
		}
	}
	if _, err := s.hq.MoveStock(t.Context(), moves); err != nil {
		t.Fatal(err)
	}
	merged(t, "members")(s.hq.PutMembers(t.Context(), []wire.Member{{Code: "storm", Origin: "A"}}))
}

// stage plays the scene of a route before anything is damaged: it must end well.
func (s *storm) stage(t *testing.T, op *operation) {
	t.Helper()
	name := op.method + " " + op.path
	if x := s.play(t, op); x != nil {
		if fault := s.fire(t, op, staff.HQAdmin, x, true); fault != "" || s.sound[name] == 0 {
			t.Errorf("the scene of %s ends badly: %s\n%s", name, fault, x)
		}
	}
}

// rehearse lets a route without a scene succeed, by sound requests.
func (s *storm) rehearse(t *testing.T, number uint64, op *operation) {
	t.Helper()
	name := op.method + " " + op.path
	const tries = 300
	r := rand.New(rand.NewPCG(*stormSeed, number))
	for i := 0; i < tries && s.sound[name] == 0; i++ {
		x := s.doc.aim(r, op, s.known(op), false)
		if fault := s.fire(t, op, staff.HQAdmin, x, false); fault != "" {
			t.Errorf("%s, sound request %d: %s\n%s", name, i, fault, x)
			return
		}
	}
}

// pour sends the requests of one route with four hands and returns how many there were.
func (s *storm) pour(t *testing.T, number uint64, op *operation, share time.Duration) int {
	const hands = 4
	deadline := time.Now().Add(share)
	var group sync.WaitGroup
	var failed atomic.Bool
	sent := make([]int, hands)
	for hand := range hands {
		group.Go(func() {
			for i := hand; i < *stormShots && !failed.Load() && time.Now().Before(deadline); i += hands {
				r := rand.New(rand.NewPCG(*stormSeed, number<<32|uint64(i)))
				role := staff.HQAdmin
				if r.IntN(3) == 0 {
					role = pick(r, s.roles)
				}
				shot := s.next(t, op, r, i)
				if fault := s.fire(t, op, role, shot, i%16 == 0); fault != "" {
					failed.Store(true)
					t.Errorf("%s %s, request %d as %q: %s\n%s", op.method, op.path, i, role, fault, shot)
				}
				sent[hand]++
			}
		})
	}
	group.Wait()
	return sent[0] + sent[1] + sent[2] + sent[3]
}

// next makes a request of a route: now and then the end of its scene, whole or damaged.
func (s *storm) next(t *testing.T, op *operation, r *rand.Rand, i int) *shot {
	if i%8 == 5 {
		if x := s.play(t, op); x != nil {
			if r.IntN(2) == 0 {
				x.body = scramble(r, x.body)
			}
			return x
		}
	}
	return s.doc.aim(r, op, s.known(op), r.IntN(3) > 0) // a third stays sound
}

// known lists ids of things that the route is about.
func (s *storm) known(op *operation) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[folder(op.path)]
}

func folder(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[:min(3, len(parts))], "/")
}

// fire sends a request, through the network or straight to the handler, and says what is wrong with the
// answer.
func (s *storm) fire(t *testing.T, op *operation, role staff.Role, x *shot, network bool) string {
	var body io.Reader = strings.NewReader(x.body)
	if x.cut {
		body = io.MultiReader(body, brokenPipe{})
	}
	target := x.target
	if network {
		target = s.URL + target
	}
	req, err := http.NewRequestWithContext(t.Context(), x.method, target, body)
	if err != nil {
		return "" // no client can send that
	}
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+s.tokens[role])
	}
	for _, h := range x.headers {
		req.Header.Set(h[0], h[1])
	}
	var status int
	var kind string
	var text []byte
	if network {
		res, err := s.Client().Do(req)
		if err != nil {
			if x.cut {
				return ""
			}
			return "no answer: " + err.Error()
		}
		defer res.Body.Close()
		if text, err = io.ReadAll(res.Body); err != nil {
			return "no whole answer: " + err.Error()
		}
		status, kind = res.StatusCode, res.Header.Get("Content-Type")
	} else {
		w := httptest.NewRecorder()
		s.Config.Handler.ServeHTTP(w, req)
		status, kind, text = w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()
	}
	s.mu.Lock()
	s.hits[status]++
	s.mu.Unlock()
	return s.judge(op, x, status, kind, text)
}

type brokenPipe struct{}

// Read breaks off.
func (brokenPipe) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (s *storm) judge(op *operation, x *shot, status int, kind string, text []byte) string {
	if status >= 300 && status < 400 || x.method == "HEAD" {
		return "" // the mux cleans paths
	}
	if status == http.StatusServiceUnavailable && bytes.Contains(text, []byte(`"title":"The service is busy"`)) {
		return "" // as the document promises: the storm itself keeps it busy
	}
	if status >= 500 || bytes.Contains(text, []byte(`"status":500`)) {
		return fmt.Sprintf("the service failed: %d %.1000s", status, text)
	}
	if status >= 400 {
		return problemFault(status, kind, text)
	}
	if x.method != op.method {
		return ""
	}
	s.mu.Lock()
	s.sound[op.method+" "+op.path]++
	s.mu.Unlock()
	promised, ok := op.Responses[strconv.Itoa(status)]
	if !ok {
		return fmt.Sprintf("%d is not in the document: %.500s", status, text)
	}
	want := promised.Content["application/json"].Schema
	if want == nil {
		return ""
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Sprintf("%d is no JSON (%v): %.500s", status, err, text)
	}
	if fault := s.doc.fault(want, v, "answer"); fault != "" {
		return fmt.Sprintf("%d is not what the document promises: %s: %.500s", status, fault, text)
	}
	s.learn(op, v)
	return ""
}

func problemFault(status int, kind string, text []byte) string {
	var p wire.Problem
	if err := json.Unmarshal(text, &p); err != nil || kind != wire.ProblemType {
		return fmt.Sprintf("%d is no problem but %s: %.500s", status, kind, text)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" && len(p.Errors) == 0 && status == 422 {
		return fmt.Sprintf("%d says nothing: %.500s", status, text)
	}
	for _, f := range p.Errors {
		if f.Reason == "" {
			return fmt.Sprintf("%d names a place without a reason: %.500s", status, text)
		}
	}
	return ""
}

// learn keeps the ids that an answer names.
func (s *storm) learn(op *operation, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := folder(op.path)
	for _, name := range []string{"id", "code"} {
		if id, ok := object[name]; ok && len(s.ids[at]) < 200 {
			text, _ := json.Marshal(id)
			s.ids[at] = append(s.ids[at], strings.Trim(string(text), `"`))
		}
	}
}
