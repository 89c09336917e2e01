package stream

import (
	"bytes"
	"hash/crc32"
	"strings"
	"time"
	"unsafe"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// held is a record that waits for its batch: what its headers say and, one behind the other, the bytes
// that differ from record to record. The record of the client library takes some 900 bytes in a dozen
// pieces, most of them headers that all records of a kind share; this takes a third of that in one
// piece that the collector need not look into.
type held struct {
	offset, timestampMS int64
	head                head
	// sum is the part of the fingerprint that depends on the record alone.
	sum uint32
	// bytes are key, position, time of commit and value; the lengths say where each ends.
	bytes                  []byte
	keyLen, idLen, timeLen int32
	// size is the memory that the record takes while it waits.
	size  int32
	frame *frame
	// whole is the record as it came, where it has no frame: when its headers are wrong, which bad
	// says, or uncommon, or when it has no key or no value.
	whole *kafka.Record
	bad   error
}

// frame is what records of a kind have in common: their headers, but for two values.
type frame struct {
	headers []kafka.Header
	id, at  int
}

// slabBytes is how much memory held records share.
const slabBytes = 256 << 10

// intake makes held records of one partition. Neighbours share slabs and frames.
type intake struct {
	reader reader
	frames [256]*frame
	slab   []byte
}

// hold takes over what of the record is needed; the record itself may be forgotten unless whole.
func (in *intake) hold(r *kafka.Record) held {
	h := held{offset: r.Offset, timestampMS: r.Timestamp.UnixMilli(), sum: checksum(r)}
	h.head, h.bad = in.reader.head(r)
	size := int(unsafe.Sizeof(h))
	if h.bad == nil && r.Key != nil && r.Value != nil {
		var made int
		h.frame, made = in.frame(&h.head, r.Headers)
		size += made
	}
	if h.frame == nil {
		h.whole = r
		h.size = int32(size + len(r.Value) + recordOverheadBytes)
		return h
	}
	id, at := r.Headers[h.frame.id].Value, r.Headers[h.frame.at].Value
	need := len(r.Key) + len(id) + len(at) + len(r.Value)
	if cap(in.slab)-len(in.slab) < need {
		in.slab = make([]byte, 0, max(slabBytes, need))
	}
	from := len(in.slab)
	in.slab = append(append(append(append(in.slab, r.Key...), id...), at...), r.Value...)
	h.bytes = in.slab[from:len(in.slab):len(in.slab)]
	h.keyLen, h.idLen, h.timeLen = int32(len(r.Key)), int32(len(id)), int32(len(at))
	h.size = int32(size + need)
	return h
}

// frame returns the frame of the headers, nil if they are uncommon, and the memory it took to make.
// The trace of a record is its own, so its frame serves no neighbour and takes the place of none.
func (in *intake) frame(h *head, headers []kafka.Header) (f *frame, made int) {
	if f := in.frames[h.kind]; f != nil && f.fits(headers) { // Fast path.
		return f, 0
	}
	// Slow path.
	if f, made = newFrame(headers); f != nil && !h.trace.Traced() {
		in.frames[h.kind] = f
	}
	return f, made
}

func newFrame(headers []kafka.Header) (f *frame, made int) {
	f = &frame{headers: make([]kafka.Header, len(headers)), id: -1, at: -1}
	for i, h := range headers {
		own := &f.headers[i]
		own.Key = strings.Clone(h.Key)
		made += len(h.Key) + int(unsafe.Sizeof(h))
		var place *int
		switch h.Key {
		case event.HeaderID:
			place = &f.id
		case event.HeaderTime:
			place = &f.at
		default:
			own.Value = bytes.Clone(h.Value)
			made += len(h.Value)
			continue
		}
		if *place >= 0 {
			return nil, 0 // twice the same header
		}
		*place = i
	}
	if f.id < 0 || f.at < 0 {
		return nil, 0
	}
	return f, made
}

func (f *frame) fits(headers []kafka.Header) bool {
	if len(headers) != len(f.headers) {
		return false
	}
	for i := range headers {
		own := &f.headers[i]
		if own.Key != headers[i].Key {
			return false
		}
		if i != f.id && i != f.at && !bytes.Equal(own.Value, headers[i].Value) {
			return false
		}
	}
	return true
}

// value is the encoded fact.
func (h *held) value() []byte {
	if h.whole != nil {
		return h.whole.Value
	}
	return h.bytes[h.keyLen+h.idLen+h.timeLen:]
}

// key is the key of the record.
func (h *held) key() []byte {
	if h.whole != nil {
		return h.whole.Key
	}
	return h.bytes[:h.keyLen:h.keyLen]
}

// record is the record as the log has it.
func (h *held) record(p kafka.Partition) *kafka.Record {
	if h.whole != nil {
		return h.whole
	}
	rest := h.bytes[h.keyLen:]
	r := &kafka.Record{
		Topic: p.Topic, Partition: p.ID, Offset: h.offset, Timestamp: time.UnixMilli(h.timestampMS),
		Key: h.key(), Value: h.value(), Headers: append([]kafka.Header(nil), h.frame.headers...),
	}
	r.Headers[h.frame.id].Value = rest[:h.idLen:h.idLen]
	r.Headers[h.frame.at].Value = rest[h.idLen : h.idLen+h.timeLen : h.idLen+h.timeLen]
	return r
}

// checksum covers what the record holds and who sent it.
func checksum(r *kafka.Record) uint32 {
	sum := crc32.Checksum(r.Value, crcTable)
	for i := range r.Headers {
		if name := r.Headers[i].Key; name == event.HeaderID || name == event.HeaderSource {
			sum = crc32.Update(sum, crcTable, r.Headers[i].Value)
		}
	}
	return sum
}
