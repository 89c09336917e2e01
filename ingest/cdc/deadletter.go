package cdc

import (
	"errors"
	"strconv"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// The headers that a dead letter bears beside those of a fact.
const (
	// HeaderReason says why the record is no fact; the stream uses the same name.
	HeaderReason = "tillstream_reason"
	// HeaderBytes is the size of what was refused; the value holds its first event.MaxBytes.
	HeaderBytes = "tillstream_bytes"
	// HeaderStage names the part of the program that refused the record.
	HeaderStage = "tillstream_stage"
)

// stage is the value of HeaderStage here.
const stage = "cdc"

// The reasons for which a piece of a packet is refused.
var (
	errNotTransactional = errors.New("message is not part of a transaction")
	errIndexRange       = errors.New("transaction holds too many facts")
)

// refused is a piece of a packet that is not forwarded as a fact.
type refused struct {
	reason error
	kind   event.Kind // 0 if unknown
	key    []byte
	value  []byte // aliases the network buffer
}

// letter makes the record of a refused piece. It copies what it keeps.
func letter(l *labels, r refused, at event.Position, clock []byte) kafka.Record {
	value := append([]byte(nil), r.value[:min(len(r.value), event.MaxBytes)]...)
	return kafka.Record{
		Topic: string(event.TopicDeadLetter), Key: r.key, Value: value,
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: []byte(at.String())},
			{Key: event.HeaderType, Value: l.kinds[r.kind]},
			{Key: event.HeaderSource, Value: l.source},
			{Key: event.HeaderTime, Value: clock},
			{Key: event.HeaderSpecVersion, Value: l.specVersion},
			{Key: event.HeaderContentType, Value: []byte("application/octet-stream")},
			{Key: HeaderReason, Value: []byte(r.reason.Error())},
			{Key: HeaderBytes, Value: strconv.AppendInt(nil, int64(len(r.value)), 10)},
			{Key: HeaderStage, Value: []byte(stage)},
		},
	}
}
