package world

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Advised is what a visitor was recommended.
type Advised struct {
	Attribution string `json:"attribution"`
	Variant     string `json:"variant"`
	HeldOut     bool   `json:"held_out"`
	Items       []struct {
		SKU   string       `json:"sku"`
		Price retail.Money `json:"price"`
	} `json:"items"`
}

// Advice recommends; *Edge does.
type Advice interface {
	// Advise returns what the home page of a store shows a member in a session.
	Advise(ctx context.Context, store, member, session string) (*Advised, error)
}

// Edge asks for recommendations over HTTP.
type Edge struct {
	// BaseURL is the console's address, which passes the question on, or the edge's own.
	BaseURL string
	// Token authenticates who asks.
	Token string
	// HTTP sends the requests. Default: http.DefaultClient.
	HTTP *http.Client
	// Timeout bounds one request. Default: 5 s.
	Timeout time.Duration
}

// Advise implements Advice.
func (e *Edge) Advise(ctx context.Context, store, member, session string) (*Advised, error) {
	timeout := e.Timeout
	if timeout <= 0 {
		timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	q := url.Values{"scene": {"home"}, "store": {store}, "member": {member}, "session": {session},
		"limit": {"8"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet,
		strings.TrimSuffix(e.BaseURL, "/")+"/v1/recommendations?"+q.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("cannot ask for recommendations: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+e.Token)
	client := e.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("cannot ask for recommendations: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.200s", res.Status, text)
	}
	a := &Advised{}
	if err == nil {
		err = json.Unmarshal(text, a)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot ask for recommendations: %w", err)
	}
	return a, nil
}
