package signed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
)

// maxAnswer bounds an answer of the service, in bytes.
const maxAnswer = 64 << 10

// Config is what a Client needs.
type Config struct {
	// URL is where the service answers, without a path.
	URL string
	// Shop is what the service calls the chain; Secret signs, at least 32 bytes.
	Shop   string
	Secret []byte
	// NotifyURL is where the service sends callbacks: our /v1/couriers/notify/{provider}.
	NotifyURL string
	// Simulation says that URL is a simulation.
	Simulation bool
	// HTTP sends requests. Default: one with a timeout of 10 s.
	HTTP *http.Client
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Client is the courier.Provider.
type Client struct{ cfg Config }

var _ courier.Provider = (*Client)(nil)

// New returns a client.
func New(cfg Config) (*Client, error) {
	if len(cfg.Secret) < MinSecretBytes {
		return nil, fmt.Errorf("cannot trust a courier by a secret of %d bytes, want at least %d",
			len(cfg.Secret), MinSecretBytes)
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Client{cfg: cfg}, nil
}

// Simulated implements courier.Provider.
func (c *Client) Simulated() bool { return c.cfg.Simulation }

// Book implements courier.Provider.
func (c *Client) Book(ctx context.Context, e courier.Errand) (courier.Notice, error) {
	return c.call(ctx, http.MethodPost, "/v1/tasks", e.Number, &Task{Shop: c.cfg.Shop, Number: e.Number,
		NotifyURL: c.cfg.NotifyURL, From: store(e.From), To: customer(e.To), Pieces: e.Pieces,
		ValueFen: int64(e.Value)})
}

// Query implements courier.Provider.
func (c *Client) Query(ctx context.Context, number string) (courier.Notice, error) {
	return c.call(ctx, http.MethodGet, "/v1/tasks/"+url.PathEscape(number), number, nil)
}

// Cancel implements courier.Provider.
func (c *Client) Cancel(ctx context.Context, number string) error {
	_, err := c.call(ctx, http.MethodPost, "/v1/tasks/"+url.PathEscape(number)+"/cancel", number, nil)
	return err
}

// ParseNotify implements courier.Provider. Nothing of the body is looked at before its signature holds.
func (c *Client) ParseNotify(header http.Header, body []byte) (courier.Notice, error) {
	err := Verify(header, c.cfg.Secret, c.cfg.Shop, PurposeNotify, c.cfg.Now(), body)
	if err != nil {
		return courier.Notice{}, fmt.Errorf("%w: %w", courier.ErrForged, err)
	}
	n, err := c.status(body)
	n.Nonce = header.Get(HeaderNonce)
	return n, err
}

func (c *Client) status(body []byte) (courier.Notice, error) {
	var s Status
	if err := json.Unmarshal(body, &s); err != nil {
		return courier.Notice{}, fmt.Errorf("%w: it is no status", courier.ErrUnreadable)
	}
	return s.notice(c.cfg.Shop)
}

// call sends a signed request and checks the signature of the answer. Errors never quote bodies, which may
// name people.
func (c *Client) call(ctx context.Context, method, path, number string, ask any) (courier.Notice, error) {
	var body []byte
	if ask != nil {
		var err error
		if body, err = json.Marshal(ask); err != nil {
			return courier.Notice{}, errors.New("cannot write a request to the courier")
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.cfg.URL+path, bytes.NewReader(body))
	if err != nil {
		return courier.Notice{}, fmt.Errorf("cannot ask the courier: %w", err)
	}
	Sign(req.Header, c.cfg.Secret, c.cfg.Shop, PurposeRequest(method, path), c.cfg.Now(), body)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.cfg.HTTP.Do(req)
	if err != nil {
		return courier.Notice{}, fmt.Errorf("cannot ask the courier: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return courier.Notice{}, fmt.Errorf("cannot read the answer of the courier: %w", err)
	}
	return c.read(res, number, req.Header.Get(HeaderNonce), text)
}

// read believes nothing that is not signed, refusals neither: one from somebody else would end an errand.
func (c *Client) read(res *http.Response, number, nonce string, text []byte) (courier.Notice, error) {
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		return courier.Notice{}, fmt.Errorf("cannot ask the courier: it answers %s", res.Status)
	}
	err := Verify(res.Header, c.cfg.Secret, c.cfg.Shop, PurposeAnswer(nonce), c.cfg.Now(), text)
	switch {
	case err != nil:
		return courier.Notice{}, fmt.Errorf("cannot believe an answer of the courier: %w", err)
	case res.StatusCode == http.StatusNotFound:
		return courier.Notice{}, fmt.Errorf("%w: %s", courier.ErrUnknownErrand, number)
	case res.StatusCode >= 300:
		return courier.Notice{}, fmt.Errorf("%w: it answers %s", courier.ErrRejected, res.Status)
	}
	n, err := c.status(text)
	if err == nil && n.Number != number {
		err = fmt.Errorf("%w: asked about %s, told of another", courier.ErrMismatch, number)
	}
	return n, err
}
