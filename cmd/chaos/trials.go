package chaos

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

// The lengths of the short and of the long form.
const (
	shortStop, longStop = 2 * time.Second, time.Minute
	shortAway, longAway = 10 * time.Second, 10 * time.Minute
	burstFor            = 3 * time.Second
	// zombieStop is how long a consumer stands still while another of its name works.
	zombieStop = 4 * time.Second
	// sessionEnds is by when the group has given up a member that fell silent.
	sessionEnds = 15 * time.Second
	// jamTries is how often a volume shrinks until its engine finds no more room.
	jamTries = 5
)

// trials are the faults of the short form beside plain kills.
func trials() []fault {
	cards := []fault{
		{name: "zombie of the consumer with a successor", do: (*campaign).zombie},
		{name: "storm of rebalances", kills: []string{second}, do: (*campaign).storm},
		{name: "records repeated by the broker", do: (*campaign).repeatRecords},
		{name: "offsets of the group without metadata", kills: []string{"stream"}, do: (*campaign).forget},
		{name: "topic deleted and made anew", do: (*campaign).remakeTopic},
		{name: "slot dropped", kills: []string{"ingest"}, do: (*campaign).dropSlot},
		{name: "torn tail of the log", kills: []string{"kafka"}, do: (*campaign).tearLog},
		{name: "end of the log cut off", kills: []string{"kafka"}, do: (*campaign).cutLog},
		{name: "disk of the broker full", do: fill("kafka", 200)},
		{name: "disk of the warehouse full", do: fill("clickhouse", 1)},
		{name: "warehouse away", do: away(shortAway)},
		{name: "burst", do: (*campaign).burst},
	}
	for _, name := range []string{"clickhouse", "ingest", "kafka", "oltp"} {
		cards = append(cards, fault{name: name + " stands still", do: stop(name, shortStop)})
	}
	return cards
}

// longCards are those that take minutes.
func longCards() []fault {
	cards := []fault{{name: "warehouse away for long", do: away(longAway), takes: longAway}}
	for _, name := range []string{"clickhouse", "ingest", "kafka", "oltp", "stream"} {
		cards = append(cards, fault{name: name + " stands still for long", do: stop(name, longStop),
			takes: longStop})
	}
	return cards
}

// stop lets a process stand still for a while and then go on as if nothing had been.
func stop(name string, length time.Duration) func(*campaign, *blow) error {
	return func(c *campaign, b *blow) error {
		pid := c.at().Processes[name]
		if err := freeze(c.ctx, pid, length); err != nil {
			return fmt.Errorf("cannot let %s stand still: %w", name, err)
		}
		return c.trades()
	}
}

// freeze stops a process and lets it go on, also when ctx ends.
func freeze(ctx context.Context, pid int, length time.Duration) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	waited := wait(ctx, length)
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		return err
	}
	return waited
}

// trades waits for an order that is sent from now on.
func (c *campaign) trades() error {
	ctx, cancel := context.WithTimeout(c.ctx, aliveWithin)
	defer cancel()
	_, err := c.load.accepted(ctx, time.Now())
	return err
}

// zombie lets the consumer stand still while another of its name takes its place, then lets it go on
// beside that one.
func (c *campaign) zombie(*blow) error {
	next, err := c.secondStream("--instance", "local")
	if err != nil {
		return err
	}
	defer next.Kill()
	pid := c.at().Processes["stream"]
	if err := freeze(c.ctx, pid, zombieStop); err != nil {
		return fmt.Errorf("cannot let stream stand still: %w", err)
	}
	return wait(c.ctx, time.Second)
}

// storm starts and stops a second consumer again and again; the last time it is killed, so that its share
// comes back only when its session has ended.
func (c *campaign) storm(b *blow) error {
	for range 3 {
		p, err := c.secondStream()
		if err != nil {
			return err
		}
		err = wait(c.ctx, time.Duration(200+b.chance.IntN(800))*time.Millisecond)
		ctx, cancel := context.WithTimeout(c.ctx, aliveWithin)
		if stopped := p.Stop(ctx); err == nil {
			err = stopped
		}
		cancel()
		if err != nil {
			return err
		}
	}
	p, err := c.secondStream()
	if err != nil {
		return err
	}
	if err := wait(c.ctx, time.Duration(500+b.chance.IntN(800))*time.Millisecond); err != nil {
		p.Kill()
		return err
	}
	killed := time.Now()
	p.Kill()
	b.event.Killed = append(b.event.Killed, second)
	return c.recover(b, killed, func() error { return nil })
}

// burst lets the tills trade at ten times their rate.
func (c *campaign) burst(*blow) error {
	c.load.speed.Store(burst)
	defer c.load.speed.Store(1)
	return wait(c.ctx, burstFor)
}

// away shuts the way to the warehouse, and tells how fast the backlog is drained once it is open again.
func away(length time.Duration) func(*campaign, *blow) error {
	return func(c *campaign, b *blow) error {
		g, err := c.gates.find(streamToClickHouse)
		if err != nil {
			return err
		}
		g.close()
		err = wait(c.ctx, length)
		g.open()
		if err != nil {
			return err
		}
		orders, _, _ := c.load.totals()
		open := time.Now()
		for {
			sold, err := c.sold(c.ctx)
			if err != nil {
				return err
			}
			if sold >= orders {
				c.report.drained(length, time.Since(open))
				return nil
			}
			if time.Since(open) > length+settleWithin {
				return fmt.Errorf("the facts hold %d of %d sales %s after the warehouse came back", sold,
					orders, length+settleWithin)
			}
			if err := wait(c.ctx, 20*time.Millisecond); err != nil {
				return err
			}
		}
	}
}

// passed is how many sales come through while the tills trade for a while.
func (c *campaign) passed() (sales int64, err error) {
	before, err := c.sold(c.ctx)
	if err != nil {
		return 0, err
	}
	if err := wait(c.ctx, shortStop/2); err != nil {
		return 0, err
	}
	after, err := c.sold(c.ctx)
	return after - before, err
}

// fill leaves so little room on the volume of an engine that it must refuse to write, then gives it back.
func fill(engine string, freeMB int) func(*campaign, *blow) error {
	return func(c *campaign, b *blow) error {
		v := c.volumes[engine]
		if v == nil {
			b.event.Skipped = c.noVolumes.Error()
			return nil
		}
		err := c.jam(v, freeMB)
		if widened := v.widen(); err == nil {
			err = widened
		}
		return err
	}
}

// jam makes a volume so full that nothing passes: a disk that is full must show. The warehouse gives room
// back with the parts that it has merged; then the volume shrinks again.
func (c *campaign) jam(v *volume, freeMB int) error {
	var passed int64
	for range jamTries {
		if err := v.leave(freeMB); err != nil {
			return err
		}
		if err := wait(c.ctx, shortStop); err != nil {
			return err
		}
		var err error
		if passed, err = c.passed(); err != nil || passed == 0 {
			return err
		}
	}
	return fmt.Errorf("%d sales still pass on a disk that was filled %d times", passed, jamTries)
}
