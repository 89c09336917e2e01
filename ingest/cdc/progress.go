package cdc

import "sync"

// txn is a transaction on its way. All fields are guarded by the progress it belongs to.
type txn struct {
	// end is the position behind the transaction, known when its commit has arrived.
	end uint64
	// pending counts the chunks that are not acknowledged, plus one until the commit has arrived.
	pending int
}

// progress knows the transactions of one session in the order of their commits, and how far the
// longest run of completely acknowledged ones reaches.
type progress struct {
	mu    sync.Mutex
	queue []*txn // the oldest first
	// confirmed is the position that may be told to the database.
	confirmed uint64
	// moved holds a token when confirmed has moved since it was last taken.
	moved chan struct{}
}

func newProgress(confirmed uint64) *progress {
	return &progress{confirmed: confirmed, moved: make(chan struct{}, 1)}
}

// begin enters a transaction. It stays open until commit.
func (p *progress) begin() *txn {
	t := &txn{pending: 1}
	p.mu.Lock()
	p.queue = append(p.queue, t)
	p.mu.Unlock()
	return t
}

// add says that a chunk of t is being handed to the log.
func (p *progress) add(t *txn) {
	p.mu.Lock()
	t.pending++
	p.mu.Unlock()
}

// acknowledged says that a chunk of t is in the log.
func (p *progress) acknowledged(t *txn) {
	p.mu.Lock()
	t.pending--
	p.advance()
	p.mu.Unlock()
}

// commit says that t is complete and where it ends.
func (p *progress) commit(t *txn, end uint64) {
	p.mu.Lock()
	t.end = end
	t.pending--
	p.advance()
	p.mu.Unlock()
}

// idle says that the database has sent everything up to walEnd. What is on its way when that is heard
// must arrive first.
func (p *progress) idle(walEnd uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.queue); n > 0 {
		// An open transaction hears its own end later; it commits behind walEnd.
		if last := p.queue[n-1]; last.end > 0 {
			last.end = max(last.end, walEnd)
		}
		return
	}
	p.confirm(walEnd)
}

func (p *progress) advance() {
	done := 0
	for done < len(p.queue) && p.queue[done].pending == 0 {
		p.confirm(p.queue[done].end)
		p.queue[done] = nil
		done++
	}
	p.queue = p.queue[done:]
}

func (p *progress) confirm(to uint64) {
	if to <= p.confirmed {
		return
	}
	p.confirmed = to
	select {
	case p.moved <- struct{}{}:
	default:
	}
}

// state returns how far the run reaches and how many transactions are on their way.
func (p *progress) state() (confirmed uint64, transactions int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.confirmed, len(p.queue)
}
