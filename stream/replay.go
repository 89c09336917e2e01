package stream

import (
	"github.com/tillstream/tillstream/stream/letter"
)

// at returns what of the past still counts when everything before the offset is done.
func (p past) at(offset int64) past {
	if offset >= p.replayTo {
		p.replayTo = 0
	}
	return p
}

// recall loads the letters of the records that a replay will meet. What died once is dead for ever, or
// an engine that has learned its kind since would count it here, and a second time where it was sent
// again. It returns false when the worker is to end first.
func (w *worker) recall() bool {
	if w.past.replayTo == 0 || w.next >= w.past.replayTo {
		return true
	}
	for attempts := 0; ; attempts++ {
		dead, err := letter.LoadDead(w.ctx, w.e.cfg.Kafka, w.e.cfg.DeadLetterTopic, w.p, w.next,
			w.past.replayTo)
		if err == nil {
			w.dead = dead
			w.log.Info("reading again", "from", w.next, "to", w.past.replayTo, "letters", len(dead))
			return true
		}
		w.log.Warn("cannot read the letters of what is read again; trying on", "error", err)
		if !w.pause(w.retryAfter(attempts)) {
			return false
		}
	}
}

// caughtUp forgets a replay that has ended.
func (w *worker) caughtUp() {
	if w.past.replayTo != 0 && w.next >= w.past.replayTo {
		w.past.replayTo, w.dead = 0, nil
		w.log.Info("everything was read again", "to", w.next)
	}
}
