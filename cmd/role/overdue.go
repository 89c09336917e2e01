package role

import (
	"context"
	"log/slog"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/overdue"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/retail"
)

// Overdue says when orders have waited too long.
type Overdue struct {
	PayWithin    time.Duration            `help:"How long an unpaid order keeps its goods; negative for ever." default:"15m" env:"TILLSTREAM_PAY_WITHIN"`
	PayWithinFor map[string]time.Duration `help:"Exceptions by channel, such as phone=24h." env:"TILLSTREAM_PAY_WITHIN_FOR" placeholder:"CHANNEL=TIME"`
	RemindAfter  time.Duration            `help:"How long a paid order waits to be picked before its store is reminded." default:"30m"`
	RerouteAfter time.Duration            `help:"How long the store then has before the order goes to another one." default:"30m"`
}

// payWithin knows the channels by number. A name that is no channel has no effect.
func (o *Overdue) payWithin() overdue.PayWithin {
	p := overdue.PayWithin{Default: o.PayWithin, Channels: map[retail.Channel]time.Duration{}}
	for name, within := range o.PayWithinFor {
		if c, ok := retail.ParseChannel(name); ok {
			p.Channels[c] = within
		}
	}
	return p
}

// watch looks after overdue orders until ctx ends; the function that it returns waits for that.
func (o *Overdue) watch(ctx context.Context, db *postgres.DB, intake order.Intake,
	router overdue.Router, log *slog.Logger) func() {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		overdue.Run(ctx, overdue.Config{Orders: db.Overdue(), Intake: intake, PayWithin: o.payWithin(),
			RemindAfter: o.RemindAfter, RerouteAfter: o.RerouteAfter, Router: router,
			Log: log})
	}()
	return func() {
		cancel()
		<-done
	}
}
