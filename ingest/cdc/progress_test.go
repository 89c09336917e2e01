package cdc

import (
	"math/rand/v2"
	"testing"
)

func confirmedOf(p *progress) uint64 { c, _ := p.state(); return c }

func TestConfirmsTheLongestAcknowledgedPrefix(t *testing.T) {
	p := newProgress(100)
	f := func(what string, want uint64) {
		t.Helper()
		if got := confirmedOf(p); got != want {
			t.Errorf("%s: confirmed %d, want %d", what, got, want)
		}
	}
	first := p.begin()
	p.add(first)
	p.add(first)
	p.commit(first, 200)
	second := p.begin()
	p.add(second)
	p.commit(second, 300)
	p.idle(350)
	f("nothing is acknowledged", 100)
	p.acknowledged(second)
	f("only the second is acknowledged", 100)
	p.acknowledged(first)
	f("half of the first", 100)
	p.acknowledged(first)
	f("both, and the idle stretch behind them", 350)
	p.idle(340)
	f("an older keepalive", 350)
	p.idle(400)
	f("an idle database", 400)

	open := p.begin()
	p.add(open)
	p.acknowledged(open)
	p.idle(450)
	f("all of an open transaction so far", 400)
	p.commit(open, 440)
	f("its commit", 440)
}

// Whatever the order of acknowledgements, what is confirmed never lies beyond a transaction of which
// something is missing, and in the end everything is confirmed.
func TestProgressUnderRandomAcknowledgements(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		p := newProgress(0)
		type part struct {
			txn *txn
			end uint64
		}
		var pending []part
		end := uint64(0)
		lowest := func() uint64 {
			low := end
			for _, x := range pending {
				low = min(low, x.end-1)
			}
			return low
		}
		for range 100 {
			if rnd.IntN(2) == 0 {
				t := p.begin()
				end += 1 + rnd.Uint64N(50)
				for range rnd.IntN(4) {
					p.add(t)
					pending = append(pending, part{t, end})
				}
				p.commit(t, end)
			} else if len(pending) > 0 {
				i := rnd.IntN(len(pending))
				p.acknowledged(pending[i].txn)
				pending = append(pending[:i], pending[i+1:]...)
			}
			if got := confirmedOf(p); got > lowest() {
				t.Fatalf("seed %d: confirmed %d, but only %d is safe", seed, got, lowest())
			}
		}
		for _, x := range pending {
			p.acknowledged(x.txn)
		}
		if got := confirmedOf(p); got != end {
			t.Fatalf("seed %d: confirmed %d in the end, want %d", seed, got, end)
		}
	}
}
