package letter

import (
	"context"
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// Selection says which letters to decide about.
type Selection struct {
	// IDs name letters, each by at least its first six digits.
	IDs []string
	// All takes what Filter chooses instead.
	All    bool
	Filter Filter
}

// Progress is told how far a long run has come.
type Progress func(phase string, done, total int)

// Outcome says what came of a decision.
type Outcome struct {
	// Decided counts the letters about which this call decided.
	Decided int `json:"decided"`
	// Sent counts the records that were sent, with those that an earlier call had left.
	Sent int `json:"sent"`
	// Already counts the chosen letters that were resolved before.
	Already int `json:"already"`
	// Skipped are the chosen letters that would die again.
	Skipped []Skip `json:"skipped"`
	// Gone are letters that were to be sent and that retention had deleted.
	Gone []string `json:"gone"`
}

// RetryOptions change a retry.
type RetryOptions struct {
	// Force sends also letters that this program would refuse again, when the one that runs is newer.
	Force bool
	// Why is kept with the decision.
	Why string
	// Progress may be nil.
	Progress Progress
}

// Retry sends the selected letters again, each once for ever. A letter that this program would refuse
// again is skipped. First it sends what an earlier call has left; an empty selection does only that.
//
// The decisions go into the log before anything is sent, and their offsets number what is sent. Whoever
// sends does so in the order of the numbers and without leaving one out, so that no record can lie
// behind one with a higher number before it has lain there itself: then repetitions are told by the
// stream's high-water marks, and several who send at once do no harm.
func (d *Desk) Retry(ctx context.Context, s Selection, o RetryOptions) (*Outcome, error) {
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	out := &Outcome{Skipped: []Skip{}, Gone: []string{}}
	if s.All || len(s.IDs) > 0 {
		chosen, err := d.choose(ctx, s, judge, out)
		if err != nil {
			return nil, err
		}
		var wanted []*found
		for _, l := range chosen {
			if l.fault != nil && !o.Force || l.Cut || l.Topic == "" {
				out.Skipped = append(out.Skipped, skip(l, cause(l)))
				continue
			}
			wanted = append(wanted, l)
		}
		if err := d.decideAll(ctx, Retry, wanted, o, out); err != nil {
			return out, err
		}
	}
	return out, d.send(ctx, o.Progress, out)
}

func cause(l *found) error {
	switch {
	case l.fault != nil:
		return l.fault
	case l.Cut:
		return errCut
	}
	return errNowhere
}

// Drop gives the selected letters up. They stay in their topic until its retention ends, and the
// decision stays for ever.
func (d *Desk) Drop(ctx context.Context, s Selection, why string, p Progress) (*Outcome, error) {
	if p == nil {
		p = func(string, int, int) {}
	}
	out := &Outcome{Skipped: []Skip{}, Gone: []string{}}
	chosen, err := d.choose(ctx, s, nil, out)
	if err != nil {
		return nil, err
	}
	return out, d.decideAll(ctx, Drop, chosen, RetryOptions{Why: why, Progress: p}, out)
}

// Count returns how many letters a selection holds that are not resolved.
func (d *Desk) Count(ctx context.Context, s Selection) (int, error) {
	chosen, err := d.choose(ctx, s, nil, new(Outcome))
	return len(chosen), err
}

// choose returns the selected letters that are not resolved.
func (d *Desk) choose(ctx context.Context, s Selection, judge func(*kafka.Record) error, out *Outcome,
) ([]*found, error) {
	if s.All == (len(s.IDs) > 0) {
		return nil, errors.New("cannot tell which letters are meant: name IDs, or all, and not both")
	}
	b, err := d.book(ctx)
	if err != nil {
		return nil, err
	}
	all, err := d.gather(ctx, judge)
	if err != nil {
		return nil, err
	}
	if !s.All {
		if all, err = pick(all, s.IDs); err != nil {
			return nil, err
		}
	}
	var chosen []*found
	seen := make(map[string]bool)
	for _, l := range all {
		_, resolved := b.resolved[l.ID]
		switch {
		case s.All && !s.Filter.takes(&l.Letter) || seen[l.ID]:
		case resolved && !s.All:
			out.Already++
		case !resolved:
			chosen = append(chosen, l)
		}
		seen[l.ID] = true
	}
	return chosen, nil
}

// decisions are written so many at a time.
const decisionsAtOnce = 500

func (d *Desk) decideAll(ctx context.Context, action string, letters []*found, o RetryOptions, out *Outcome,
) error {
	for from := 0; from < len(letters); from += decisionsAtOnce {
		part := letters[from:min(from+decisionsAtOnce, len(letters))]
		all := make([]Resolution, len(part))
		for i, l := range part {
			all[i] = Resolution{Action: action, Letter: l.ID, Partition: l.place.partition,
				Offset: l.place.offset, Why: o.Why}
		}
		if err := d.decide(ctx, all); err != nil {
			return fmt.Errorf("cannot note what was decided: %w", err)
		}
		out.Decided += len(part)
		o.Progress("decide", out.Decided, len(letters))
	}
	return nil
}
