package event

import (
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/tillstream/tillstream/retail/trace"
)

// PacketPrefix is the prefix of the logical messages that carry packets in the database's log.
const PacketPrefix = "tillstream/1"

// Frame is one fact within a packet: what the relay needs to know to forward it, and the bytes that
// it forwards unchanged.
type Frame struct {
	Kind Kind
	// Key is the store, SKU, member or visitor by which the record is partitioned.
	Key  int64
	Wire []byte
	// Trace is where the fact came from, for the few that are traced.
	Trace trace.Mark
}

// traceKind stands in the place of a kind before a piece that is no fact: the trace of the fact behind
// it. It takes no index. Packets without traces are what they always were.
const traceKind = 0xff

// AppendTrace appends the trace of the fact that is appended next.
func AppendTrace(dst []byte, m trace.Mark) []byte {
	dst = append(dst, traceKind, 0, trace.MarkBytes)
	dst = append(dst, m.Trace[:]...)
	return append(dst, m.Span[:]...)
}

func markOf(wire []byte) (m trace.Mark) {
	copy(m.Trace[:], wire)
	copy(m.Span[:], wire[len(m.Trace):])
	return m
}

// AppendFrame appends a frame to a packet: the kind as one byte, the key as varint, the length as
// uvarint, then the bytes. One packet for a whole transaction costs the database one log record
// instead of one per fact.
func AppendFrame(dst []byte, f Frame) []byte {
	dst = append(dst, byte(f.Kind))
	dst = binary.AppendVarint(dst, f.Key)
	dst = binary.AppendUvarint(dst, uint64(len(f.Wire)))
	return append(dst, f.Wire...)
}

// Frames yields the frames of a packet in order; their Wire aliases packet. It ends after the first
// error. A kind that this build does not know is not an error: its bytes are yielded all the same.
func Frames(packet []byte) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		rest := packet
		var mark trace.Mark
		for len(rest) > 0 {
			f, n := frame(rest)
			if n == 0 {
				at := len(packet) - len(rest)
				yield(Frame{}, fmt.Errorf("%w: packet of %d bytes breaks at byte %d",
					ErrMalformed, len(packet), at))
				return
			}
			rest = rest[n:]
			if f.Kind == traceKind && len(f.Wire) == trace.MarkBytes {
				mark = markOf(f.Wire)
				continue
			}
			f.Trace, mark = mark, trace.Mark{}
			if !yield(f, nil) {
				return
			}
		}
	}
}

func frame(b []byte) (f Frame, n int) {
	f.Kind = Kind(b[0])
	key, k := binary.Varint(b[1:])
	if k <= 0 {
		return f, 0
	}
	size, s := binary.Uvarint(b[1+k:])
	start := 1 + k + s
	if s <= 0 || size > uint64(len(b)-start) {
		return f, 0
	}
	f.Key = key
	f.Wire = b[start : start+int(size) : start+int(size)]
	return f, start + int(size)
}
