package letter

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// Shown is one letter in full, without what is personal.
type Shown struct {
	Row
	// Headers are those of the letter, in their order.
	Headers []event.Field `json:"headers"`
	// Fact is the fact field by field, if its bytes parse.
	Fact []event.Field `json:"fact,omitempty"`
	// Dump are the first bytes of a value that does not parse.
	Dump string `json:"dump,omitempty"`
	// Sendable says that this program would take the letter now; Fault is why not.
	Sendable bool   `json:"sendable"`
	Fault    string `json:"fault,omitempty"`
}

// Show returns the letter whose ID begins with id.
func (d *Desk) Show(ctx context.Context, id string) (*Shown, error) {
	b, err := d.book(ctx)
	if err != nil {
		return nil, err
	}
	all, err := d.gather(ctx, judge)
	if err != nil {
		return nil, err
	}
	chosen, err := pick(all, []string{id})
	if err != nil {
		return nil, err
	}
	l := chosen[0]
	p := pile{desk: d}
	defer p.close()
	r, err := p.take(ctx, l.place)
	if err != nil {
		return nil, err
	}
	s := show(r, l)
	if decided, ok := b.resolved[l.ID]; ok {
		s.Resolution = &decided
	}
	return s, nil
}

func show(r *kafka.Record, l *found) *Shown {
	s := &Shown{Row: Row{Letter: discreet(l.Letter)}, Sendable: l.fault == nil}
	if l.fault != nil {
		s.Fault = discreetText(l.fault.Error())
	}
	for _, h := range r.Headers {
		s.Headers = append(s.Headers, event.Field{Path: only(name, h.Key),
			Value: discreetHeader(h.Key, string(h.Value))})
	}
	kind, _ := kindOf(l.Type)
	fields, err := event.Describe(kind, r.Value)
	if err == nil && len(fields) > 0 {
		s.Fact = fields
	} else {
		s.Dump = dump(r.Value)
	}
	return s
}

func discreetHeader(header, value string) string {
	switch header {
	case event.HeaderID, HeaderOriginID:
		return discreetPosition(value)
	case event.HeaderSource, HeaderOriginSource:
		return discreetSource(value)
	case event.HeaderType:
		return only(typeName, value)
	case event.HeaderContentType:
		return only(mediaType, value)
	case HeaderTopic, HeaderStage:
		return only(name, value)
	case HeaderReason:
		return discreetText(value)
	case event.HeaderTime:
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return at.UTC().Format(time.RFC3339Nano)
		}
	case event.HeaderSpecVersion:
		if value == event.SpecVersion {
			return value
		}
	case HeaderPartition, HeaderOffset, HeaderBytes:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return strconv.FormatInt(n, 10)
		}
	case HeaderLetter:
		if len(value) == 16 && strings.Trim(value, "0123456789abcdef") == "" {
			return value
		}
	}
	return fmt.Sprintf("(hidden, %d bytes)", len(value))
}

// maxDumpBytes bounds what a dump shows.
const maxDumpBytes = 512

// dump writes bytes in hexadecimal, sixteen a line. A run of three or more that may be text, or a long
// number, is written as dots: what is left shows where the form breaks, which is what a dump is for.
func dump(value []byte) string {
	part := value[:min(len(value), maxDumpBytes)]
	hide := hidden(part)
	var out strings.Builder
	for at, b := range part {
		switch {
		case at%16 == 0 && at > 0:
			fmt.Fprintf(&out, "\n%06x ", at)
		case at == 0:
			out.WriteString("000000 ")
		}
		if hide[at] {
			out.WriteString(" ··")
			continue
		}
		fmt.Fprintf(&out, " %02x", b)
	}
	if len(value) > len(part) {
		fmt.Fprintf(&out, "\n… %d bytes in all", len(value))
	}
	return out.String()
}

// hidden marks the bytes of a dump that are not shown.
func hidden(part []byte) []bool {
	hide := make([]bool, len(part))
	for from := 0; from < len(part); {
		to := from
		for to < len(part) && (part[to] >= 0x20 && part[to] != 0x7f) {
			to++
		}
		if to-from >= 3 {
			for i := from; i < to; i++ {
				hide[i] = true
			}
		}
		from = max(to, from+1)
	}
	return hide
}
