package world

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Gateway sends behaviour events over HTTP.
type Gateway struct {
	// BaseURL is the address of the behaviour gateway, such as http://127.0.0.1:8081.
	BaseURL string
	// Token authenticates the sender; empty sends none.
	Token string
	// HTTP sends the requests. Default: http.DefaultClient.
	HTTP *http.Client
	// Timeout bounds one request. Default: 10 s.
	Timeout time.Duration
}

// Send posts events. The gateway answers when the log has them; sending them again is harmless.
func (g *Gateway) Send(ctx context.Context, events []Behaviour) error {
	timeout := g.Timeout
	if timeout <= 0 {
		timeout = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	body, err := json.Marshal(events)
	if err != nil {
		return fmt.Errorf("cannot encode %d events: %w", len(events), err)
	}
	url := strings.TrimSuffix(g.BaseURL, "/") + "/v1/events"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("cannot send %d events: %w", len(events), err)
	}
	req.Header.Set("Content-Type", "application/json")
	if g.Token != "" {
		req.Header.Set("Authorization", "Bearer "+g.Token)
	}
	client := g.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("cannot send %d events: %w", len(events), err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if res.StatusCode >= 300 {
		return fmt.Errorf("cannot send %d events: %s: %.200s", len(events), res.Status, answer)
	}
	return nil
}
