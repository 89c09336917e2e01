package simulated

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/payment/wechat"
)

func (s *Server) refund(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		wechat.Refund
		NotifyURL string `json:"notify_url"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil || ask.OutRefundNo == "" ||
		ask.Amount.Refund <= 0 {
		s.fail(w, "PARAM_ERROR", "the request cannot be read")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trades[ask.OutTradeNo]
	if t == nil || t.TradeState == "NOTPAY" || ask.Amount.Total != t.Amount.Total {
		s.fail(w, "RESOURCE_NOT_EXISTS", "there is no such paid trade")
		return
	}
	back := t.refunds[ask.OutRefundNo]
	if back == nil {
		given := ask.Amount.Refund
		for _, b := range t.refunds {
			given += b.Amount.Refund
		}
		if given > t.Amount.Total {
			s.fail(w, "NOT_ENOUGH", "more would go back than was paid")
			return
		}
		back = &ask.Refund
		back.TransactionID, back.RefundID = t.TransactionID, "SIMR"+strconv.Itoa(len(t.refunds)+1)
		back.SuccessTime = s.cfg.Now().Truncate(time.Second)
		t.refunds[ask.OutRefundNo], t.TradeState = back, "REFUND"
		told := *back
		told.MchID, told.RefundStatus = s.cfg.Merchant, "SUCCESS"
		if err := s.notify(ask.NotifyURL, "REFUND.SUCCESS", "refund", told); err != nil {
			s.fail(w, "SYSTEM_ERROR", err.Error())
			return
		}
	}
	answer := *back
	answer.Status, answer.SuccessTime = "PROCESSING", time.Time{}
	s.answer(w, http.StatusOK, answer)
}

// Given is what has gone back of a trade, in fen.
func (s *Server) Given(number string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fen int64
	if t := s.trades[number]; t != nil {
		for _, b := range t.refunds {
			fen += b.Amount.Refund
		}
	}
	return fen
}

// notify sends a callback until it is taken or the retries are used up.
func (s *Server) notify(url, kind, original string, content any) error {
	plain, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("cannot write a callback: %w", err)
	}
	resource, err := wechat.Seal(s.cfg.APIKey, original, plain)
	if err != nil {
		return fmt.Errorf("cannot encrypt a callback: %w", err)
	}
	s.serial++
	body, err := json.Marshal(wechat.Notification{ID: "SIM-" + strconv.FormatInt(s.serial, 10),
		CreateTime: s.cfg.Now().Format(time.RFC3339), EventType: kind, ResourceType: "encrypt-resource",
		Summary: "simulation: no money moves", Resource: resource})
	if err != nil {
		return fmt.Errorf("cannot write a callback: %w", err)
	}
	s.sent.Go(func() { s.insist(url, body) })
	return nil
}

func (s *Server) insist(url string, body []byte) {
	for _, pause := range append([]time.Duration{0}, s.cfg.Retries...) {
		if !s.wait(pause) || s.send(url, body) {
			return
		}
	}
}

// wait reports whether the simulation still runs after a pause.
func (s *Server) wait(pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// send sends a callback once and reports whether it was taken.
func (s *Server) send(url string, body []byte) bool {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil || s.sign(req.Header, body) != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.cfg.HTTP.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode/100 == 2
}
