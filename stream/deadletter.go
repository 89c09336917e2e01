package stream

import (
	"context"
	"strconv"
	"unicode/utf8"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream/letter"
)

// The headers that a dead letter has beside those of the record that died. Topic, partition and
// offset name that record: a batch that is repeated after a crash sends its dead letters again.
const (
	HeaderReason    = letter.HeaderReason
	HeaderTopic     = letter.HeaderTopic
	HeaderPartition = letter.HeaderPartition
	HeaderOffset    = letter.HeaderOffset
	// HeaderBytes is the length of a value that was cut because it was too large.
	HeaderBytes = letter.HeaderBytes
)

// maxLetterBytes bounds what a dead letter keeps of the value, and of key and headers together.
const maxLetterBytes = kafka.MaxRecordBytes / 4

// maxReasonBytes bounds the reason.
const maxReasonBytes = 1 << 10

// deadLetter is a record that is no fact, and why.
type deadLetter struct {
	record *kafka.Record
	reason error
}

func (d deadLetter) compose(topic string) *kafka.Record {
	r := d.record
	out := &kafka.Record{Topic: topic, Key: r.Key, Value: r.Value, Timestamp: r.Timestamp}
	headers, room := r.Headers, maxLetterBytes-len(r.Key)
	for _, h := range headers {
		room -= len(h.Key) + len(h.Value)
	}
	if room < 0 {
		out.Key, headers = nil, nil
	}
	out.Headers = append(out.Headers, headers...)
	out.Headers = append(out.Headers,
		kafka.Header{Key: HeaderReason, Value: []byte(clip(d.reason.Error(), maxReasonBytes))},
		kafka.Header{Key: HeaderTopic, Value: []byte(r.Topic)},
		kafka.Header{Key: HeaderPartition, Value: strconv.AppendInt(nil, int64(r.Partition), 10)},
		kafka.Header{Key: HeaderOffset, Value: strconv.AppendInt(nil, r.Offset, 10)},
	)
	if len(r.Value) > 2*maxLetterBytes {
		out.Value = r.Value[:2*maxLetterBytes]
		out.Headers = append(out.Headers,
			kafka.Header{Key: HeaderBytes, Value: strconv.AppendInt(nil, int64(len(r.Value)), 10)})
	}
	return out
}

// bury sends the letters and returns when the log has them.
func bury(ctx context.Context, to *kafka.Producer, topic string, dead []deadLetter) error {
	letters := make([]*kafka.Record, len(dead))
	for i, d := range dead {
		letters[i] = d.compose(topic)
	}
	return to.Produce(ctx, letters)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
