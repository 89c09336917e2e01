package role

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/payment/wechat"
	"github.com/tillstream/tillstream/oltp/payment/wechat/simulated"
	"github.com/tillstream/tillstream/oltp/postgres"
)

// Payments says through which providers customers pay. Keys come from files that only the service reads.
type Payments struct {
	PublicURL         string `help:"Where providers reach this service, such as https://api.example.com." env:"TILLSTREAM_PUBLIC_URL" placeholder:"URL"`
	WechatURL         string `help:"Address of WeChat Pay." default:"https://api.mch.weixin.qq.com" env:"TILLSTREAM_WECHAT_URL"`
	WechatMerchant    string `help:"Merchant number; without one WeChat Pay is not offered." env:"TILLSTREAM_WECHAT_MERCHANT"`
	WechatApp         string `help:"Id of the mini-program." env:"TILLSTREAM_WECHAT_APP"`
	WechatKeyFile     string `help:"File with the merchant's private key, PEM." env:"TILLSTREAM_WECHAT_KEY_FILE" placeholder:"FILE"`
	WechatSerial      string `help:"Serial number of the merchant's certificate." env:"TILLSTREAM_WECHAT_SERIAL"`
	WechatAPIKeyFile  string `help:"File with the API v3 key, 32 characters." env:"TILLSTREAM_WECHAT_API_KEY_FILE" name:"wechat-api-key-file" placeholder:"FILE"`
	WechatTheirFile   string `help:"File with WeChat Pay's certificate or public key, PEM." env:"TILLSTREAM_WECHAT_THEIR_FILE" placeholder:"FILE"`
	WechatTheirSerial string `help:"Serial number or id of WeChat Pay's key." env:"TILLSTREAM_WECHAT_THEIR_SERIAL"`
	SimulatePayments  bool   `help:"Offer wechat_pay_simulated: a simulation on this machine, no money moves." env:"TILLSTREAM_SIMULATE_PAYMENTS"`
}

// simulatedPayAfter is how long the customer of the simulation takes to pay.
const simulatedPayAfter = 3 * time.Second

// open sets the providers up. close ends what runs for them.
func (p *Payments) open(ctx context.Context, db *postgres.DB, intake order.Intake, listen string,
	log *slog.Logger) (desk *payment.Desk, closing func(), err error) {
	providers := map[string]payment.Provider{}
	if p.WechatMerchant != "" {
		if providers["wechat_pay"], err = p.wechat(); err != nil {
			return nil, nil, err
		}
	}
	stop := func() {}
	if p.SimulatePayments {
		client, end, err := simulateWechat("http://"+listen, log)
		if err != nil {
			return nil, nil, err
		}
		providers["wechat_pay_simulated"], stop = client, end
	}
	desk = payment.New(payment.Config{Providers: providers, Book: db.Payments(), Intake: intake,
		Orders: db.Orders(), Log: log})
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		desk.Run(ctx)
	}()
	return desk, func() {
		cancel()
		<-done
		stop()
	}, nil
}

func (p *Payments) wechat() (payment.Provider, error) {
	if p.PublicURL == "" {
		return nil, fmt.Errorf("WeChat Pay cannot reach this service: set TILLSTREAM_PUBLIC_URL")
	}
	var texts [3][]byte
	for i, file := range []string{p.WechatKeyFile, p.WechatAPIKeyFile, p.WechatTheirFile} {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot set WeChat Pay up: %w", err)
		}
		texts[i] = text
	}
	key, err := wechat.PrivateKey(texts[0])
	if err != nil {
		return nil, fmt.Errorf("cannot set WeChat Pay up with %s: %w", p.WechatKeyFile, err)
	}
	theirs, err := wechat.PublicKey(texts[2])
	if err != nil {
		return nil, fmt.Errorf("cannot set WeChat Pay up with %s: %w", p.WechatTheirFile, err)
	}
	apiKey := bytes.TrimSpace(texts[1])
	if len(apiKey) != wechat.KeyBytes {
		return nil, fmt.Errorf("cannot set WeChat Pay up: %s holds %d characters, want %d",
			p.WechatAPIKeyFile, len(apiKey), wechat.KeyBytes)
	}
	return wechat.New(wechat.Config{URL: p.WechatURL, Merchant: p.WechatMerchant, App: p.WechatApp, Key: key,
		Serial: p.WechatSerial, APIKey: apiKey, NotifyURL: p.PublicURL + "/v1/payments/notify/wechat_pay",
		PlatformKeys: map[string]*rsa.PublicKey{p.WechatTheirSerial: theirs}}), nil
}

// simulateWechat runs a WeChat Pay on loopback whose customers always pay.
func simulateWechat(notify string, log *slog.Logger) (payment.Provider, func(), error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot simulate WeChat Pay: %w", err)
	}
	apiKey := []byte(wechat.Nonce())
	const merchant, app, serial = "simulated-merchant", "simulated-app", "simulated-serial"
	server, err := simulated.New(simulated.Config{Merchant: merchant, App: app, MerchantKey: &key.PublicKey,
		APIKey: apiKey, PayAfter: simulatedPayAfter})
	if err != nil {
		return nil, nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		server.Close()
		return nil, nil, fmt.Errorf("cannot simulate WeChat Pay: %w", err)
	}
	log.Warn("WeChat Pay is simulated: no money moves", "address", l.Addr().String())
	web := &http.Server{Handler: server, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = web.Serve(l) }() // ends with web.Close
	client := wechat.New(wechat.Config{URL: "http://" + l.Addr().String(), Merchant: merchant, App: app,
		Key: key, Serial: serial, APIKey: apiKey, Simulation: true,
		NotifyURL:    notify + "/v1/payments/notify/wechat_pay_simulated",
		PlatformKeys: map[string]*rsa.PublicKey{simulated.Serial: server.PublicKey()}})
	return client, func() {
		_ = web.Close()
		server.Close()
	}, nil
}
