package stream

import (
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream/build"
)

// resumeFrom reads what the group has committed for a partition.
func (e *Engine) resumeFrom(c kafka.Committed) (state, error) {
	if c.Offset < 0 {
		return state{from: -1}, nil
	}
	s, err := decodeState(c.Metadata)
	switch {
	case errors.Is(err, errForeignState):
		e.cfg.Log.Warn("the offset was committed by somebody else; repetitions of what lies before it "+
			"cannot be told", "topic", c.Topic, "partition", c.ID, "offset", c.Offset)
		return state{from: c.Offset}, nil
	case err != nil:
		return s, fmt.Errorf("cannot go on with %s/%d at %d: %w", c.Topic, c.ID, c.Offset, err)
	case s.from != c.Offset:
		return s, fmt.Errorf("cannot go on with %s/%d: offset %d is committed with the metadata of "+
			"offset %d", c.Topic, c.ID, c.Offset, s.from)
	case s.past.months != nil:
		return s, fmt.Errorf("cannot go on with %s/%d: a rewind to offset %d has begun and not ended; "+
			"`tillstream rewind` ends it", c.Topic, c.ID, s.from)
	case s.open && s.layout != build.Layout:
		return s, fmt.Errorf("cannot go on with %s/%d: the batch %d to %d is open in layout %d and this "+
			"program builds layout %d; let the former program finish it", c.Topic, c.ID, s.from, s.to,
			s.layout, build.Layout)
	}
	return s, nil
}

// settle looks whether the log still holds what an open intent needs. It returns false when the worker
// is to end first.
func (w *worker) settle() bool {
	if w.intent == nil {
		return true
	}
	start, end, ok := w.edges()
	if !ok {
		return false
	}
	switch in := w.intent; {
	case start > in.from:
		w.disown(fmt.Sprintf("retention has deleted records %d to %d", in.from, min(start, in.to)-1))
		w.next = start
	case end < in.to:
		w.disown(fmt.Sprintf("the log was cut off at %d, before %d", end, in.to))
		w.next = min(end, in.from)
	default:
		w.log.Info("repeating the batch that was open", "from", in.from, "to", in.to)
		w.e.stats.repeated(w.p.Topic)
	}
	return true
}

// edges asks where the partition starts and ends.
func (w *worker) edges() (start, end int64, ok bool) {
	for attempts := 0; ; attempts++ {
		starts, err := w.e.admin.StartOffsets(w.ctx, w.p.Topic)
		if err == nil {
			ends, endErr := w.e.admin.EndOffsets(w.ctx, w.p.Topic)
			if err = endErr; err == nil {
				return starts[w.p], ends[w.p], true
			}
		}
		if !w.pause(w.retryAfter(attempts)) {
			return 0, 0, false
		}
	}
}

// disown gives an intent up: its batch cannot be built again. What of it had been written stays, the
// rest is lost, and nobody can tell which; that is said loudly, and Health keeps saying it.
func (w *worker) disown(why string) {
	in := w.intent
	w.fulfilled()
	w.closeBooks() // what of the batch had been written belongs to the past now
	w.e.stats.lost(w.p.Topic, in.to-in.from)
	w.log.Error("a batch that may be written in part cannot be repeated; its rows in the warehouse must "+
		"be checked", "why", why, "from", in.from, "to", in.to)
}

// fulfilled forgets the intent of a former owner.
func (w *worker) fulfilled() {
	w.intent = nil
	w.mu.Lock()
	was := w.repeating
	w.repeating = false
	w.mu.Unlock()
	if was {
		w.e.room.open(-1)
	}
}

// orient compares the first record with the offset that is due and says what is missing. It returns
// the records to go on with.
func (w *worker) orient(records []held) []held {
	first := records[0].offset
	switch {
	case w.next < 0:
	case first < w.next:
		w.log.Error("the log went back: it was cut off or made anew", "offset", first, "want", w.next)
	case first > w.next && w.intent == nil:
		start, _, ok := w.edges()
		if !ok {
			return nil
		}
		if start > w.next {
			w.e.stats.lost(w.p.Topic, min(start, first)-w.next)
			w.log.Error("retention deleted records before they were read", "from", w.next, "to", start)
		}
	}
	if w.intent == nil {
		w.next = first
	}
	return records
}
