package simulated

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/courier/signed"
)

// ride moves a task step by step until it is over.
func (s *Server) ride(number string) {
	for _, next := range []courier.State{courier.Assigned, courier.PickedUp, courier.Delivered} {
		if !s.wait(s.cfg.Ride) || s.Move(number, next, "") != nil {
			return // the simulation ends, or the chain has taken the task back
		}
	}
}

// insist sends a callback until it is taken or the retries are used up.
func (s *Server) insist(send func() bool) {
	if send() {
		return
	}
	for _, pause := range s.cfg.Retries {
		if !s.wait(pause) || send() {
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

// send signs and sends a callback once and reports whether it was taken.
func (s *Server) send(url string, told signed.Status) bool {
	body, err := json.Marshal(told)
	if err != nil {
		return false
	}
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	signed.Sign(req.Header, s.cfg.Secret, s.cfg.Shop, signed.PurposeNotify, s.cfg.Now(), body)
	req.Header.Set("Content-Type", "application/json")
	res, err := s.cfg.HTTP.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode/100 == 2
}
