package wechat

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/retail"
)

// replayWindow is how far the time of a callback may lie from ours.
const replayWindow = 5 * time.Minute

// ParseNotify implements payment.Provider. Nothing of the body is looked at before its signature holds.
func (c *Client) ParseNotify(header http.Header, body []byte) (payment.Notice, error) {
	if err := c.verify(header, body); err != nil {
		return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrForged, err)
	}
	var n Notification
	if err := json.Unmarshal(body, &n); err != nil {
		return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrUnreadable, err)
	}
	plain, err := n.Resource.Open(c.cfg.APIKey)
	if err != nil {
		return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrUnreadable, err)
	}
	switch n.Resource.OriginalType {
	case "transaction":
		var t Transaction
		if err := json.Unmarshal(plain, &t); err != nil {
			return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrUnreadable, err)
		}
		return c.charge(&t)
	case "refund":
		var r Refund
		if err := json.Unmarshal(plain, &r); err != nil {
			return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrUnreadable, err)
		}
		return c.refund(&r)
	}
	return payment.Notice{}, fmt.Errorf("%w: %q", payment.ErrUnreadable, n.Resource.OriginalType)
}

// verify checks that bytes come from WeChat Pay, and lately.
func (c *Client) verify(header http.Header, body []byte) error {
	stamp := header.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%s is %q", HeaderTimestamp, stamp)
	}
	if off := c.cfg.Now().Sub(time.Unix(seconds, 0)).Abs(); off > replayWindow {
		return fmt.Errorf("it was signed %s from now, at most %s is taken", off.Round(time.Second),
			replayWindow)
	}
	serial := header.Get(HeaderSerial)
	key, ok := c.cfg.PlatformKeys[serial]
	if !ok {
		return fmt.Errorf("nothing is known of the key %q", serial)
	}
	return Verify(key, header.Get(HeaderSignature), stamp, header.Get(HeaderNonce), string(body))
}

func (c *Client) charge(t *Transaction) (payment.Notice, error) {
	if t.MchID != c.cfg.Merchant || t.AppID != c.cfg.App {
		return payment.Notice{}, fmt.Errorf("%w: it is for merchant %q", payment.ErrMismatch, t.MchID)
	}
	if t.Amount.Currency != "" && t.Amount.Currency != "CNY" {
		return payment.Notice{}, fmt.Errorf("%w: it is in %q", payment.ErrMismatch, t.Amount.Currency)
	}
	n := payment.Notice{Kind: payment.ChargeNotice, Status: payment.Pending, Trade: t.OutTradeNo,
		Transaction: t.TransactionID, Amount: retail.Money(t.Amount.Total), At: t.SuccessTime}
	switch t.TradeState {
	case "SUCCESS", "REFUND":
		n.Status = payment.Done
	case "CLOSED", "REVOKED", "PAYERROR":
		n.Status = payment.Failed
	}
	return n, nil
}

func (c *Client) refund(r *Refund) (payment.Notice, error) {
	if r.MchID != "" && r.MchID != c.cfg.Merchant {
		return payment.Notice{}, fmt.Errorf("%w: it is for merchant %q", payment.ErrMismatch, r.MchID)
	}
	n := payment.Notice{Kind: payment.RefundNotice, Status: payment.Pending, Trade: r.OutTradeNo,
		Number: r.OutRefundNo, Transaction: r.RefundID, Amount: retail.Money(r.Amount.Refund),
		At: r.SuccessTime}
	switch r.Status + r.RefundStatus {
	case "SUCCESS":
		n.Status = payment.Done
	case "CLOSED", "ABNORMAL":
		n.Status = payment.Failed
	}
	return n, nil
}
