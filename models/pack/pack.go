// Package pack writes and reads models as bytes: a frame with kind, layout, length and checksum around
// slices of numbers in little-endian order.
//
// In come slices; out goes one frame, appended to what the caller has. Guaranteed: a frame that is cut,
// altered, of another kind or of a newer layout is refused with an error that says which; a length is
// compared with the bytes that are there before anything is allocated for it; a float that is no finite
// number is refused on reading, so that no model read from bytes can score NaN.
package pack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Why a frame is refused.
var (
	ErrCorrupt = errors.New("the model's bytes are cut or altered")
	ErrKind    = errors.New("the bytes hold another kind of model")
	ErrNewer   = errors.New("the model was written in a newer layout")
)

// A frame is: kind (4 bytes), layout (u32), length of the body (u64), the body, CRC-32C of all before.
const (
	head = 16
	tail = 4
)

func sum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// Writer appends one frame to the bytes that it was given.
type Writer struct {
	buf  []byte
	from int
}

// NewWriter begins a frame at the end of dst. kind must have 4 letters.
func NewWriter(dst []byte, kind string, layout uint32) *Writer {
	if len(kind) != 4 {
		panic("BUG: a kind of frame has 4 letters, not " + kind)
	}
	w := &Writer{from: len(dst)}
	w.buf = append(dst, kind...)
	w.buf = binary.LittleEndian.AppendUint32(w.buf, layout)
	w.buf = binary.LittleEndian.AppendUint64(w.buf, 0)
	return w
}

// Seal ends the frame and returns all bytes.
func (w *Writer) Seal() []byte {
	frame := w.buf[w.from:]
	binary.LittleEndian.PutUint64(frame[8:], uint64(len(frame)-head))
	return binary.LittleEndian.AppendUint32(w.buf, sum(frame))
}

// Raw appends bytes to the body as they are: what tests of decoders use to make frames of any body.
func (w *Writer) Raw(body []byte) { w.buf = append(w.buf, body...) }

// Reader reads the body of one frame. After the first error every read gives nothing; Close tells it.
type Reader struct {
	body []byte
	err  error
}

// Open checks the frame that src is and returns a reader of its body. A layout above the given one is
// newer than the program.
func Open(src []byte, kind string, layout uint32) (*Reader, error) {
	if len(src) < head+tail || binary.LittleEndian.Uint64(src[8:]) != uint64(len(src)-head-tail) {
		return nil, fmt.Errorf("%w: %d bytes", ErrCorrupt, len(src))
	}
	end := len(src) - tail
	if sum(src[:end]) != binary.LittleEndian.Uint32(src[end:]) {
		return nil, fmt.Errorf("%w: the checksum differs", ErrCorrupt)
	}
	if string(src[:4]) != kind {
		return nil, fmt.Errorf("%w: %q, not %q", ErrKind, src[:4], kind)
	}
	if got := binary.LittleEndian.Uint32(src[4:]); got > layout {
		return nil, fmt.Errorf("%w: %d, above %d", ErrNewer, got, layout)
	}
	return &Reader{body: src[head:end]}, nil
}

// Fail notes that what was read contradicts itself.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
	}
	r.body = nil
}

// Close returns the first error; bytes that nobody read are one.
func (r *Reader) Close() error {
	if r.err == nil && len(r.body) > 0 {
		r.Fail("%d bytes too many", len(r.body))
	}
	return r.err
}

// Err is the first error so far.
func (r *Reader) Err() error { return r.err }
