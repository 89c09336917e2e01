package chaos

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/cmd/house"
)

// campaign is one run over one chain.
type campaign struct {
	cfg    Config
	house  *house.House
	gates  gates
	load   *load
	report *Report
	// volumes are the mounted folders of engines, by engine; noVolumes says why there are none.
	volumes   map[string]*volume
	noVolumes error
	// ctx ends when the campaign does, or when a till fails.
	ctx context.Context
}

// Run torments a chain of its own until the schedule is done, the books differ, or ctx ends. The report is
// there in any case.
func Run(ctx context.Context, cfg Config) (report *Report, err error) {
	if cfg.Kills <= 0 {
		cfg.Kills = 50
	}
	c := &campaign{cfg: cfg, report: newReport(cfg.Seed)}
	schedule := plan(cfg.Seed, cfg.Kills, cfg.Long, cfg.Only)
	defer c.gates.closeAll()
	c.house, err = house.Open(ctx, house.Config{Dir: cfg.Dir, Name: "chaos", Exe: cfg.Exe, Step: cfg.Step,
		Log: cfg.Log, Detour: c.gates.detour, Furnish: c.mountVolumes})
	if err != nil {
		return c.report, err
	}
	defer func() { err = c.house.Close(err) }()
	c.load = newLoad(c.house.At.Orders, c.house.Token, cfg.Seed)
	if err := c.load.furnish(ctx); err != nil {
		return c.report, fmt.Errorf("cannot open the stores: %w", err)
	}
	cfg.Step(fmt.Sprintf("%d faults of seed %d while %d tills trade", len(schedule), cfg.Seed, tills))
	ctx, stop := context.WithCancelCause(ctx)
	trade := make(chan struct{})
	go func() {
		defer close(trade)
		if err := c.load.run(ctx); err != nil {
			stop(err)
		}
	}()
	c.ctx = ctx
	err = c.inflict(schedule)
	if cause := context.Cause(ctx); cause != nil {
		err = errors.Join(cause, err)
	}
	stop(nil)
	<-trade
	return c.report, err
}

// inflict goes through the schedule, then counts what the chain did not keep of its promises.
func (c *campaign) inflict(schedule []fault) error {
	for i := range schedule {
		f := &schedule[i]
		if f.takes > 0 {
			c.cfg.Step(fmt.Sprintf("%d. %s: takes %s", i+1, f.name, f.takes))
		}
		event, err := c.one(f)
		event.No = i + 1
		c.report.take(event)
		c.cfg.Event(event)
		if err != nil {
			err = fmt.Errorf("fault %d, %s: %w", event.No, event.Fault, err)
			return errors.Join(err, c.last(context.WithoutCancel(c.ctx)))
		}
	}
	return c.last(c.ctx)
}

// last holds the tills for good, gives what is on its way the time to arrive, and counts.
func (c *campaign) last(ctx context.Context) error {
	held := c.still(ctx)
	settled := c.settle(ctx)
	return errors.Join(held, settled, c.count(ctx))
}

// blow is one fault while it is done.
type blow struct {
	*fault
	event Event
}

// one does one fault under load and settles the books after it.
func (c *campaign) one(f *fault) (Event, error) {
	b := &blow{fault: f, event: Event{Fault: f.name}}
	if err := wait(c.ctx, time.Duration(100+f.chance.IntN(400))*time.Millisecond); err != nil {
		return b.event, err
	}
	if err := c.strike(b); err != nil {
		return b.event, err
	}
	if b.event.Skipped != "" {
		return b.event, nil
	}
	if err := c.weigh(); err != nil {
		return b.event, err
	}
	return b.event, c.calm(b)
}

// calm holds the tills, settles the books, and lets the tills go on.
func (c *campaign) calm(b *blow) error {
	if err := c.still(c.ctx); err != nil {
		return err
	}
	begun := time.Now()
	err := c.settle(c.ctx)
	b.event.SettledMS = ms(time.Since(begun))
	if err != nil {
		c.confess()
	}
	orders, refunds, _ := c.load.totals()
	b.event.Orders = orders + refunds
	c.load.release()
	return err
}

// confess lets relay and stream write into their logs what each of their goroutines waits for, and end.
func (c *campaign) confess() {
	for _, name := range []string{"ingest", "stream"} {
		if pid := c.at().Processes[name]; pid > 0 { // it may be on its way back
			_ = syscall.Kill(pid, syscall.SIGQUIT)
		}
	}
	_ = wait(c.ctx, time.Second)
}

// still holds the tills once they are answered.
func (c *campaign) still(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, aliveWithin)
	defer cancel()
	return c.load.hold(ctx)
}

// strike does what the fault says.
func (c *campaign) strike(b *blow) error {
	switch {
	case b.do != nil:
		return b.do(c, b)
	case b.at != nil:
		return c.killAt(b)
	}
	return c.kill(b)
}

// weigh notes what the processes hold in memory; beyond its bound one is broken.
func (c *campaign) weigh() error {
	for name, pid := range c.house.Chain.Addresses().Processes {
		if name == "postgres" {
			continue // its shared memory is fixed by its settings
		}
		_, peak, err := house.Resident(pid)
		if err != nil {
			continue // it has just been killed, or is not there yet
		}
		c.report.weigh(name, peak)
		if most := bounds()[name]; most > 0 && peak > most {
			return fmt.Errorf("%s held %.0f MB, at most %.0f", name, peak, most)
		}
	}
	return nil
}

// bounds are what the roles may hold, in MB.
func bounds() map[string]float64 {
	return map[string]float64{"ingest": 400, "stream": 400, "oltp": 500}
}

// at are the addresses of the chain.
func (c *campaign) at() chain.Addresses { return c.house.Chain.Addresses() }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
