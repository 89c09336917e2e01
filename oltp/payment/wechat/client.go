package wechat

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/payment"
)

// maxAnswer bounds an answer of WeChat Pay, in bytes.
const maxAnswer = 1 << 20

// Config is what a Client needs.
type Config struct {
	// URL is where WeChat Pay answers, without a path.
	URL string
	// Merchant and App are the merchant's number and the app's id.
	Merchant, App string
	// Key signs requests; Serial is the number of its certificate.
	Key    *rsa.PrivateKey
	Serial string
	// APIKey decrypts callbacks: 32 bytes.
	APIKey []byte
	// PlatformKeys are WeChat Pay's own, by their serial or id. Two are known while one replaces the other.
	PlatformKeys map[string]*rsa.PublicKey
	// NotifyURL is where WeChat Pay sends callbacks: our /v1/payments/notify/{provider}.
	NotifyURL string
	// Simulation says that URL is a simulation.
	Simulation bool
	// HTTP sends requests. Default: one with a timeout of 10 s.
	HTTP *http.Client
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Client is the payment.Provider.
type Client struct{ cfg Config }

var _ payment.Provider = (*Client)(nil)

// New returns a client.
func New(cfg Config) *Client {
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Client{cfg: cfg}
}

// Simulated implements payment.Provider.
func (c *Client) Simulated() bool { return c.cfg.Simulation }

// Prepay implements payment.Provider for a mini-program.
func (c *Client) Prepay(ctx context.Context, charge payment.Charge) (payment.Prepaid, error) {
	ask := map[string]any{"appid": c.cfg.App, "mchid": c.cfg.Merchant, "description": charge.Text,
		"out_trade_no": charge.Trade, "notify_url": c.cfg.NotifyURL,
		"amount": Amount{Total: int64(charge.Amount), Currency: "CNY"},
		"payer":  map[string]string{"openid": charge.Payer}}
	if !charge.Expires.IsZero() {
		ask["time_expire"] = charge.Expires.Format(time.RFC3339)
	}
	var answer struct {
		PrepayID string `json:"prepay_id"`
	}
	if err := c.call(ctx, http.MethodPost, "/v3/pay/transactions/jsapi", ask, &answer); err != nil {
		return payment.Prepaid{}, err
	}
	stamp, nonce := strconv.FormatInt(c.cfg.Now().Unix(), 10), Nonce()
	pack := "prepay_id=" + answer.PrepayID
	sig, err := Sign(c.cfg.Key, c.cfg.App, stamp, nonce, pack)
	return payment.Prepaid{ID: answer.PrepayID, Params: map[string]string{"appId": c.cfg.App,
		"timeStamp": stamp, "nonceStr": nonce, "package": pack, "signType": "RSA", "paySign": sig}}, err
}

// Query implements payment.Provider.
func (c *Client) Query(ctx context.Context, trade string) (payment.Notice, error) {
	var t Transaction
	path := "/v3/pay/transactions/out-trade-no/" + url.PathEscape(trade) + "?mchid=" +
		url.QueryEscape(c.cfg.Merchant)
	if err := c.call(ctx, http.MethodGet, path, nil, &t); err != nil {
		return payment.Notice{}, err
	}
	return c.charge(&t)
}

// Refund implements payment.Provider.
func (c *Client) Refund(ctx context.Context, r payment.Repayment) (payment.Notice, error) {
	ask := map[string]any{"out_trade_no": r.Trade, "out_refund_no": r.Number, "reason": r.Reason,
		"notify_url": c.cfg.NotifyURL,
		"amount":     Amount{Refund: int64(r.Amount), Total: int64(r.Total), Currency: "CNY"}}
	var answer Refund
	if err := c.call(ctx, http.MethodPost, "/v3/refund/domestic/refunds", ask, &answer); err != nil {
		return payment.Notice{}, err
	}
	return c.refund(&answer)
}

// call sends a signed request and checks the signature of the answer.
func (c *Client) call(ctx context.Context, method, path string, ask, into any) error {
	var body []byte
	if ask != nil {
		var err error
		if body, err = json.Marshal(ask); err != nil {
			return fmt.Errorf("cannot write a request to WeChat Pay: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.cfg.URL+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("cannot ask WeChat Pay: %w", err)
	}
	stamp, nonce := strconv.FormatInt(c.cfg.Now().Unix(), 10), Nonce()
	sig, err := Sign(c.cfg.Key, method, path, stamp, nonce, string(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", fmt.Sprintf(
		`%s mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"`,
		Scheme, c.cfg.Merchant, nonce, sig, stamp, c.cfg.Serial))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	res, err := c.cfg.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("cannot ask WeChat Pay: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("cannot read the answer of WeChat Pay: %w", err)
	}
	return c.read(res, text, into)
}

func (c *Client) read(res *http.Response, text []byte, into any) error {
	switch {
	case res.StatusCode >= 500, res.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("cannot ask WeChat Pay: it answers %s", res.Status)
	case res.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%w: %w: %.200s", payment.ErrRejected, payment.ErrUnknownTrade, text)
	case res.StatusCode >= 300:
		return fmt.Errorf("%w: %s: %.200s", payment.ErrRejected, res.Status, text)
	}
	if err := c.verify(res.Header, text); err != nil {
		return fmt.Errorf("cannot believe an answer of WeChat Pay: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("cannot read an answer of WeChat Pay: %w", err)
	}
	return nil
}
