package letter

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// Filter chooses letters; its zero value chooses all that are not resolved.
type Filter struct {
	// Reason is part of the reason, upper and lower case alike. "" means any.
	Reason string
	// Topic is the letter's topic. "" means any.
	Topic string
	// Since leaves out what the log took before.
	Since time.Time
	// Resolved chooses those that are resolved instead.
	Resolved bool
}

func (f Filter) takes(l *Letter) bool {
	return (f.Topic == "" || f.Topic == l.Topic) && !l.At.Before(f.Since) &&
		strings.Contains(strings.ToLower(l.Reason), strings.ToLower(f.Reason))
}

// Row is a letter with what was decided about it.
type Row struct {
	Letter
	// Resolution is nil while nothing was decided.
	Resolution *Resolution `json:"resolution,omitempty"`
}

// Page is a part of the list, in the order in which the letters died.
type Page struct {
	Letters []Row `json:"letters"`
	// Total is how many the filter chooses.
	Total int `json:"total"`
	// Next is the ID to pass as after for the next page, "" on the last one.
	Next string `json:"next,omitempty"`
	// Unsent counts retries that were decided and perhaps not sent; the next retry sends them first.
	Unsent int `json:"unsent"`
}

// List returns at most limit letters (0 means 50) that the filter chooses, behind the one with the ID
// after.
func (d *Desk) List(ctx context.Context, f Filter, limit int, after string) (*Page, error) {
	b, err := d.book(ctx)
	if err != nil {
		return nil, err
	}
	all, err := d.gather(ctx, nil)
	if err != nil {
		return nil, err
	}
	p := &Page{Letters: []Row{}, Unsent: len(b.open())}
	behind := after == ""
	for _, l := range all {
		decided, resolved := b.resolved[l.ID]
		if resolved == f.Resolved && f.takes(&l.Letter) {
			p.Total++
			switch {
			case !behind:
			case len(p.Letters) < cmp.Or(limit, 50):
				row := Row{Letter: discreet(l.Letter)}
				if resolved {
					row.Resolution = &decided
				}
				p.Letters = append(p.Letters, row)
			case p.Next == "":
				p.Next = p.Letters[len(p.Letters)-1].ID
			}
		}
		behind = behind || l.ID == after
	}
	if !behind {
		return nil, fmt.Errorf("cannot go on behind letter %s: there is no such letter", after)
	}
	return p, nil
}

// found is a letter with what judge said of it.
type found struct {
	Letter
	fault error
}

// gather reads all letters, each once, in the order of their first copies. judge may look at each
// record.
func (d *Desk) gather(ctx context.Context, judge func(*kafka.Record) error) ([]*found, error) {
	spans, err := d.admin.Whole(ctx, d.cfg.Letters)
	if err != nil {
		return nil, err
	}
	var all []*found
	byID := make(map[string]*found)
	err = kafka.Scan(ctx, d.cfg.Kafka, d.cfg.Letters, spans, func(r *kafka.Record) error {
		l := read(r)
		if before := byID[l.ID]; before != nil {
			before.Copies++
			return nil
		}
		if len(all) == d.cfg.MaxLetters {
			return fmt.Errorf("cannot hold more than %d dead letters", d.cfg.MaxLetters)
		}
		f := &found{Letter: l}
		if judge != nil {
			f.fault = judge(r)
		}
		byID[l.ID], all = f, append(all, f)
		return nil
	})
	return all, err
}

// pick returns the letters that the IDs name, each by its first digits, six at least.
func pick(all []*found, ids []string) ([]*found, error) {
	chosen := make([]*found, 0, len(ids))
	for _, id := range ids {
		if len(id) < 6 {
			return nil, fmt.Errorf("cannot tell letters by %q: give at least six digits of the ID", id)
		}
		var match *found
		for _, l := range all {
			if !strings.HasPrefix(l.ID, id) {
				continue
			}
			if match != nil {
				return nil, fmt.Errorf("cannot tell %s from %s by %q", match.ID, l.ID, id)
			}
			match = l
		}
		if match == nil {
			return nil, fmt.Errorf("there is no letter %s", id)
		}
		chosen = append(chosen, match)
	}
	return chosen, nil
}
