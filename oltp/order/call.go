package order

import (
	"context"
	"sync"
	"sync/atomic"
)

// ticket is an action in a queue. Whoever turns its state from waiting decides its fate: the writer
// takes it up, or the caller gives it up.
type ticket struct {
	action
	call  *call
	state atomic.Uint32
}

const (
	waiting uint32 = iota
	taken
	givenUp
)

// take reports whether the writer may go on with the ticket.
func (t *ticket) take() bool { return t.state.CompareAndSwap(waiting, taken) }

// settle says that the action has its result.
func (t *ticket) settle() { t.call.open.Done() }

// call is what one caller asked for in one go.
type call struct {
	queues [][]*ticket
	open   sync.WaitGroup
}

// wait returns when every ticket has its result. When ctx ends first, tickets that no writer has taken
// up are given up; those in flight are waited for, which RetryFor bounds.
func (c *call) wait(ctx context.Context, tickets []ticket) {
	if ctx.Done() == nil {
		c.open.Wait()
		return
	}
	stop := context.AfterFunc(ctx, func() {
		for i := range tickets {
			t := &tickets[i]
			if t.call != nil && t.state.CompareAndSwap(waiting, givenUp) {
				t.fail(context.Cause(ctx))
				t.settle()
			}
		}
	})
	c.open.Wait()
	stop()
}
