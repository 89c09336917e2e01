package letter

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// The reasons for which a letter is not sent again.
var (
	errCut     = errors.New("only the start of its value was kept")
	errNoTime  = errors.New("its time of commit cannot be read")
	errNowhere = errors.New("no topic is known for it")
)

// judge says whether this program would take the record if it were sent again.
func judge(r *kafka.Record) error {
	h := headersOf(r)
	if h.number(HeaderBytes) > int64(len(r.Value)) {
		return errCut
	}
	kind, known := kindOf(h[event.HeaderType])
	if !known {
		return unknown(h[event.HeaderType])
	}
	var at time.Time
	if at.UnmarshalText([]byte(h[event.HeaderTime])) != nil {
		return errNoTime
	}
	_, err := event.Decode(kind, r.Value)
	return err
}

func unknown(name string) error {
	if name == "" {
		return errors.New("it does not say its type")
	}
	return event.UnknownType([]byte(name))
}

// resend makes the record under which a letter takes effect: the number of its resolution is its
// position in the desk's own source, and whom it was stays in the headers.
func (d *Desk) resend(r *kafka.Record, number int64) (*kafka.Record, error) {
	h := headersOf(r)
	kind, known := kindOf(h[event.HeaderType])
	name, topic := h[event.HeaderType], h[HeaderTopic]
	if known {
		name, topic = kind.String(), string(kind.Topic())
	}
	if topic == "" {
		return nil, errNowhere
	}
	l := read(r)
	out := &kafka.Record{Topic: topic, Key: r.Key, Value: r.Value}
	add := func(name, value string) {
		out.Headers = append(out.Headers, kafka.Header{Key: name, Value: []byte(value)})
	}
	add(event.HeaderID, event.Position{Commit: uint64(number)}.String())
	add(event.HeaderType, name)
	add(event.HeaderSource, d.source)
	add(event.HeaderTime, h[event.HeaderTime])
	add(event.HeaderSpecVersion, event.SpecVersion)
	add(event.HeaderContentType, event.ContentType)
	add(HeaderLetter, l.ID)
	for _, kept := range r.Headers {
		if !replaced(kept.Key) {
			out.Headers = append(out.Headers, kept)
		}
	}
	if _, again := h[HeaderOriginID]; !again {
		add(HeaderOriginSource, l.Source)
		add(HeaderOriginID, l.Position)
	}
	return out, nil
}

// replaced reports whether a header of a letter does not pass to the record that is sent: it has another
// value there, or says why and where the letter died.
func replaced(name string) bool {
	switch name {
	case event.HeaderID, event.HeaderType, event.HeaderSource, event.HeaderTime,
		event.HeaderSpecVersion, event.HeaderContentType:
		return true
	case HeaderOriginSource, HeaderOriginID:
		return false
	}
	return strings.HasPrefix(name, "tillstream_")
}

// Skip is a letter that was not sent, and why.
type Skip struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

func skip(l *found, err error) Skip {
	return Skip{l.ID, discreetText(fmt.Sprint(err))}
}
