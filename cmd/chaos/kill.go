package chaos

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

// kill kills at once, waits until everybody is back, and notes how long orders stood still.
func (c *campaign) kill(b *blow) error {
	before := c.at().Processes
	last, err := c.slay(b, b.kills...)
	if err != nil {
		return err
	}
	return c.recover(b, last, func() error { return c.revived(before, b.kills...) })
}

// slay kills the processes at the same moment and notes them.
func (c *campaign) slay(b *blow, names ...string) (at time.Time, err error) {
	pids := c.at().Processes
	for _, name := range names {
		at = time.Now()
		if err := syscall.Kill(pids[name], syscall.SIGKILL); err != nil {
			return at, fmt.Errorf("cannot kill %s (%d): %w", name, pids[name], err)
		}
		b.event.Killed = append(b.event.Killed, name)
	}
	return at, nil
}

// recover notes the longest time that orders stood still after the moment, until everybody is back and one
// more is accepted. A server that is killed may still answer what it has in hand: its first answer would
// say too little.
func (c *campaign) recover(b *blow, since time.Time, back func() error) error {
	end := c.load.watch(since)
	err := back()
	if err == nil {
		err = c.trades()
	}
	b.event.RecoveryMS = ms(end())
	return err
}

// revived waits until each of the processes has a number other than before.
func (c *campaign) revived(before map[string]int, names ...string) error {
	deadline := time.Now().Add(aliveWithin)
	for {
		missing := ""
		now := c.at().Processes
		for _, name := range names {
			if now[name] == before[name] {
				missing = name
			}
		}
		if missing == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s was not started again within %s", missing, aliveWithin)
		}
		if err := wait(c.ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
}

// stepWithin is how long a step may take to be seen; every order makes all of them within a second.
const stepWithin = 20 * time.Second

// killAt waits for a step of a protocol and kills there.
func (c *campaign) killAt(b *blow) error {
	g, err := c.gates.find(b.at.gate)
	if err != nil {
		return err
	}
	before := c.at().Processes
	type outcome struct {
		at  time.Time
		err error
	}
	struck := make(chan outcome, 1)
	clear := g.set(b.at.sight, func() {
		at, err := c.slay(b, b.at.victim)
		struck <- outcome{at, err}
	})
	ctx, cancel := context.WithTimeout(c.ctx, stepWithin)
	defer cancel()
	var done outcome
	select {
	case done = <-struck:
	case <-ctx.Done():
		if clear() {
			return fmt.Errorf("the step was not seen within %s: %w", stepWithin, ctx.Err())
		}
		select { // it was seen at the last moment, but perhaps nothing has come back
		case done = <-struck:
		case <-time.After(stepWithin):
			return fmt.Errorf("%s was asked and did not answer within %s", b.at.gate, stepWithin)
		}
	}
	if done.err != nil {
		return done.err
	}
	return c.recover(b, done.at, func() error { return c.revived(before, b.at.victim) })
}
