package role

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/courier/signed"
	"github.com/tillstream/tillstream/oltp/courier/signed/simulated"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/retail"
)

// Couriers says who carries orders within one city. The secret comes from a file that only the service reads.
type Couriers struct {
	CourierURL        string        `help:"Address of the courier service; without one no couriers are called." env:"TILLSTREAM_COURIER_URL" placeholder:"URL"`
	CourierShop       string        `help:"What the courier service calls the chain." env:"TILLSTREAM_COURIER_SHOP"`
	CourierSecretFile string        `help:"File with the secret shared with the courier service, 32 bytes or more." env:"TILLSTREAM_COURIER_SECRET_FILE" placeholder:"FILE"`
	SimulateCouriers  bool          `help:"Offer courier_simulated: a simulation on this machine, nobody rides." env:"TILLSTREAM_SIMULATE_COURIERS"`
	SimulatedRide     time.Duration `help:"How long a simulated rider takes for each step." default:"5s"`
}

// The names of the courier services.
const (
	courierReal      = "courier"
	courierSimulated = "courier_simulated"
)

// courierNotify is the path that courier services call, before their name.
const courierNotify = "/v1/couriers/notify/"

// open sets the couriers up. close ends what runs for them.
func (c *Couriers) open(ctx context.Context, db *postgres.DB, intake order.Intake, stores *dispatch.Desk,
	publicURL, listen string, log *slog.Logger) (desk *courier.Desk, closing func(), err error) {
	cfg := courier.Config{Providers: map[string]courier.Provider{}, Book: db.Couriers(), Intake: intake,
		Orders: db.Orders(), Log: log, Recipient: recipients(stores), Pickup: pickups(stores)}
	stop := func() {}
	if c.SimulateCouriers {
		client, end, err := c.simulate("http://"+listen, log)
		if err != nil {
			return nil, nil, err
		}
		cfg.Providers[courierSimulated], cfg.Preferred, stop = client, courierSimulated, end
	}
	if c.CourierURL != "" {
		client, err := c.real(publicURL)
		if err != nil {
			stop()
			return nil, nil, err
		}
		cfg.Providers[courierReal], cfg.Preferred = client, courierReal
	}
	desk = courier.New(cfg)
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

func (c *Couriers) real(publicURL string) (courier.Provider, error) {
	if publicURL == "" {
		return nil, errors.New("the courier service cannot reach this service: set TILLSTREAM_PUBLIC_URL")
	}
	secret, err := os.ReadFile(c.CourierSecretFile)
	if err != nil {
		return nil, fmt.Errorf("cannot set the courier service up: %w", err)
	}
	return signed.New(signed.Config{URL: c.CourierURL, Shop: c.CourierShop, Secret: bytes.TrimSpace(secret),
		NotifyURL: publicURL + courierNotify + courierReal})
}

// simulate runs a courier service on loopback whose riders always arrive.
func (c *Couriers) simulate(notify string, log *slog.Logger) (courier.Provider, func(), error) {
	const shop = "simulated-shop"
	secret := []byte(rand.Text() + rand.Text())
	server := simulated.New(simulated.Config{Shop: shop, Secret: secret, Ride: c.SimulatedRide})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		server.Close()
		return nil, nil, fmt.Errorf("cannot simulate couriers: %w", err)
	}
	log.Warn("couriers are simulated: nobody rides", "address", l.Addr().String())
	web := &http.Server{Handler: server, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = web.Serve(l) }() // ends with web.Close
	client, err := signed.New(signed.Config{URL: "http://" + l.Addr().String(), Shop: shop, Secret: secret,
		NotifyURL: notify + courierNotify + courierSimulated, Simulation: true})
	end := func() {
		_ = web.Close()
		server.Close()
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return client, end, nil
}

// recipients opens who gets the goods of an order, for the courier service alone.
func recipients(stores *dispatch.Desk) func(context.Context, retail.OrderID) (courier.Recipient, error) {
	return func(ctx context.Context, id retail.OrderID) (courier.Recipient, error) {
		to, err := stores.Where(ctx, id)
		if errors.Is(err, dispatch.ErrNoDelivery) {
			err = courier.ErrNoAddress
		}
		return courier.Recipient{Name: to.Name, Phone: to.Phone, Address: to.Address,
			Point: to.Destination}, err
	}
}

// pickups tells where a store is. Of one that is closed meanwhile only its number is known.
func pickups(stores *dispatch.Desk) func(context.Context, retail.StoreID) (courier.Pickup, error) {
	return func(ctx context.Context, id retail.StoreID) (courier.Pickup, error) {
		s, found, err := stores.Store(ctx, id)
		if err != nil || !found {
			return courier.Pickup{Code: fmt.Sprintf("#%d", id)}, err
		}
		p := courier.Pickup{Code: s.Code, Name: s.Name, Address: s.Address, Phone: s.Phone}
		if s.Location != (retail.Point{}) {
			p.Point = &s.Location
		}
		return p, nil
	}
}
