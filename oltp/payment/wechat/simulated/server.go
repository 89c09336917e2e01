// Package simulated behaves like WeChat Pay towards a merchant: it takes signed requests, lets the test or
// the demo play the customer who pays, and sends signed and encrypted callbacks, again and again until they
// are taken. It is a simulation: no money moves, and it says so in every answer.
package simulated

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tillstream/tillstream/oltp/payment/wechat"
)

// Serial is the number of the simulation's own key.
const Serial = "SIMULATED-PLATFORM"

// maxBody bounds a request, in bytes; maxTrades what is kept.
const (
	maxBody   = 64 << 10
	maxTrades = 100_000
)

// Config says whom the simulation serves.
type Config struct {
	Merchant, App string
	// MerchantKey checks the merchant's requests.
	MerchantKey *rsa.PublicKey
	// APIKey encrypts callbacks: 32 bytes.
	APIKey []byte
	// Retries are the pauses before a callback is sent again. Default: those of WeChat Pay, from 15 s to
	// 6 h.
	Retries []time.Duration
	// PayAfter makes the simulation play the customer, too, who pays that much after the order was
	// announced. Zero leaves it to Pay.
	PayAfter time.Duration
	// HTTP sends callbacks. Default: one with a timeout of 5 s, as WeChat Pay has.
	HTTP *http.Client
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Server is the simulation; it is the http.Handler of the merchant's requests.
type Server struct {
	cfg Config
	key *rsa.PrivateKey
	mux *http.ServeMux

	mu     sync.Mutex
	trades map[string]*trade
	serial int64
	sent   sync.WaitGroup
	ctx    context.Context
	stop   context.CancelFunc
}

type trade struct {
	wechat.Transaction
	notifyURL string
	refunds   map[string]*wechat.Refund
}

// New returns a simulation with a fresh key. Close ends its callbacks.
func New(cfg Config) (*Server, error) {
	if cfg.Retries == nil {
		const s, m, h = time.Second, time.Minute, time.Hour
		cfg.Retries = []time.Duration{15 * s, 15 * s, 30 * s, 3 * m, 10 * m, 20 * m, 30 * m, 30 * m, 30 * m,
			h, 3 * h, 3 * h, 3 * h, 6 * h, 6 * h}
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 5 * time.Second}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("cannot make the simulation's key: %w", err)
	}
	s := &Server{cfg: cfg, key: key, mux: http.NewServeMux(), trades: map[string]*trade{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux.HandleFunc("POST /v3/pay/transactions/jsapi", s.prepay)
	s.mux.HandleFunc("GET /v3/pay/transactions/out-trade-no/{trade}", s.query)
	s.mux.HandleFunc("POST /v3/refund/domestic/refunds", s.refund)
	return s, nil
}

// PublicKey is the simulation's own key, by which its callbacks are known.
func (s *Server) PublicKey() *rsa.PublicKey { return &s.key.PublicKey }

// Close ends the callbacks under way.
func (s *Server) Close() {
	s.stop()
	s.sent.Wait()
}

// ServeHTTP checks the merchant's signature and answers under its own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = s.authorize(r, body)
	}
	if err != nil {
		s.answer(w, http.StatusUnauthorized, map[string]string{"code": "SIGN_ERROR", "message": err.Error()})
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	s.mux.ServeHTTP(w, r)
}

func (s *Server) authorize(r *http.Request, body []byte) error {
	scheme, fields, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != wechat.Scheme {
		return fmt.Errorf("the scheme is %q", scheme)
	}
	got := map[string]string{}
	for _, f := range strings.Split(fields, ",") {
		name, value, _ := strings.Cut(f, "=")
		got[name] = strings.Trim(value, `"`)
	}
	if got["mchid"] != s.cfg.Merchant {
		return fmt.Errorf("merchant %q is not known", got["mchid"])
	}
	return wechat.Verify(s.cfg.MerchantKey, got["signature"], r.Method, r.URL.RequestURI(),
		got["timestamp"], got["nonce_str"], string(body))
}

func (s *Server) answer(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err == nil {
		err = s.sign(w.Header(), text)
	}
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"code":"SYSTEM_ERROR"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Simulation", "no money moves")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that went away needs no answer
}

// sign adds the headers under which bytes are believed.
func (s *Server) sign(h http.Header, body []byte) error {
	stamp, nonce := strconv.FormatInt(s.cfg.Now().Unix(), 10), wechat.Nonce()
	sig, err := wechat.Sign(s.key, stamp, nonce, string(body))
	h.Set(wechat.HeaderTimestamp, stamp)
	h.Set(wechat.HeaderNonce, nonce)
	h.Set(wechat.HeaderSerial, Serial)
	h.Set(wechat.HeaderSignature, sig)
	return err
}

func (s *Server) prepay(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		wechat.Transaction
		NotifyURL string `json:"notify_url"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil || ask.Amount.Total <= 0 ||
		ask.MchID != s.cfg.Merchant || ask.OutTradeNo == "" {
		s.fail(w, "PARAM_ERROR", "the request cannot be read")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trades[ask.OutTradeNo]
	switch {
	case t == nil && len(s.trades) >= maxTrades:
		s.fail(w, "FREQUENCY_LIMITED", "the simulation is full")
		return
	case t == nil:
		s.serial++
		t = &trade{Transaction: ask.Transaction, notifyURL: ask.NotifyURL,
			refunds: map[string]*wechat.Refund{}}
		t.TradeState, t.TransactionID = "NOTPAY", "SIM"+strconv.FormatInt(s.serial, 10)
		s.trades[ask.OutTradeNo] = t
		if s.cfg.PayAfter > 0 {
			number := ask.OutTradeNo
			s.sent.Go(func() {
				if s.wait(s.cfg.PayAfter) {
					_ = s.Pay(number) // somebody else may have paid meanwhile
				}
			})
		}
	case t.Amount.Total != ask.Amount.Total:
		s.fail(w, "OUT_TRADE_NO_USED", "the trade was announced with another amount")
		return
	case t.TradeState != "NOTPAY":
		s.fail(w, "ORDERPAID", "the trade is paid")
		return
	}
	s.answer(w, http.StatusOK, map[string]string{"prepay_id": "wx" + t.TransactionID})
}

func (s *Server) fail(w http.ResponseWriter, code, message string) {
	s.answer(w, http.StatusBadRequest, map[string]string{"code": code, "message": message})
}

func (s *Server) query(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trades[r.PathValue("trade")]
	if t == nil {
		s.answer(w, http.StatusNotFound, map[string]string{"code": "ORDER_NOT_EXIST"})
		return
	}
	s.answer(w, http.StatusOK, t.Transaction)
}

// ErrNotOpen says that a trade does not wait for its customer.
var ErrNotOpen = errors.New("the trade does not wait for money")

// Pay plays the customer: the trade is paid and the merchant is told.
func (s *Server) Pay(number string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trades[number]
	if t == nil || t.TradeState != "NOTPAY" {
		return fmt.Errorf("cannot pay trade %s: %w", number, ErrNotOpen)
	}
	t.TradeState, t.SuccessTime = "SUCCESS", s.cfg.Now().Truncate(time.Second)
	return s.notify(t.notifyURL, "TRANSACTION.SUCCESS", "transaction", t.Transaction)
}
