package stream_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
)

// A record that waits must come out as it lay in the log: a dead letter is made from it.
func TestHeldRecordsComeOutWhole(t *testing.T) {
	in := stream.NewIntake()
	offset := int64(0)
	f := func(name string, key, value []byte, headers ...kafka.Header) {
		t.Helper()
		for range 2 { // the second meets what the first left behind
			offset++
			r := &kafka.Record{Topic: string(event.TopicBehaviour), Partition: 1, Offset: offset, Key: key,
				Value: value, Headers: headers, Timestamp: time.UnixMilli(1_772_641_800_123)}
			got := in.Through(r)
			if (got.Key == nil) != (key == nil) || string(got.Key) != string(key) ||
				(got.Value == nil) != (value == nil) || string(got.Value) != string(value) ||
				got.Offset != offset || got.Topic != r.Topic ||
				got.Partition != 1 || !got.Timestamp.Equal(r.Timestamp) ||
				!reflect.DeepEqual(got.Headers, headers) {
				t.Errorf("%s: %+v came out as %+v", name, r, got)
			}
		}
	}
	h := func(name, value string) kafka.Header { return kafka.Header{Key: name, Value: []byte(value)} }
	id := h(event.HeaderID, "00000000000000aa-00000001")
	kind := h(event.HeaderType, event.KindView.String())
	source, at := h(event.HeaderSource, "gateway/1"), h(event.HeaderTime, "2026-03-05T00:30:00Z")
	f("common", []byte("77"), []byte("value"), id, kind, source, at)
	f("other order", []byte("78"), []byte("value"), at, source, kind, id)
	f("no key", nil, []byte("value"), id, kind, source, at)
	f("no value", []byte("k"), nil, id, kind, source, at)
	f("empty", []byte{}, []byte{}, id, kind, source, at)
	f("traced", []byte("k"), []byte("v"), id, kind, source, at, h("traceparent", "00-1"))
	f("traced again", []byte("k"), []byte("v"), id, kind, source, at, h("traceparent", "00-2"))
	f("position in capitals", []byte("k"), []byte("v"), h(event.HeaderID, "00000000000000AA-00000001"),
		kind, source, at)
	f("twice the same header", []byte("k"), []byte("v"), id, id, kind, source, at)
	f("broken time", []byte("k"), []byte("v"), id, kind, source, h(event.HeaderTime, "now"))
	f("no headers", []byte("k"), []byte("v"))
	f("larger than a slab", []byte("k"), make([]byte, 1<<20), id, kind, source, at)
}
