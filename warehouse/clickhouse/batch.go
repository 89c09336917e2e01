package clickhouse

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
)

// Batch is filled column by column, in the order of the columns that Insert was given. It becomes one
// block of the Native format. Numbers in the form that ClickHouse stores are sent from where they lie:
// they must not change until Insert returns.
type Batch struct {
	types   []ch.ColumnNameAndType
	next    int
	rows    int
	parts   [][]byte
	scratch *scratch
	err     error
}

// scratch is memory that batches use one after the other: names, days, texts.
type scratch struct{ proto.Buffer }

// maxScratchBytes bounds what is kept for the next batch.
const maxScratchBytes = 64 << 20

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (b *Batch) release() {
	if cap(b.scratch.Buf) <= maxScratchBytes {
		b.scratch.Reset()
		scratches.Put(b.scratch)
	}
	b.scratch, b.parts = nil, nil
}

// Add appends the values of the next column: a slice of the column's Go type.
func (b *Batch) Add(values any) {
	switch v := values.(type) {
	case []int8:
		add(b, v, "Int8")
	case []uint8:
		add(b, v, "UInt8")
	case []bool:
		add(b, v, "Bool")
	case []uint16:
		add(b, v, "UInt16")
	case []int32:
		add(b, v, "Int32")
	case []uint32:
		add(b, v, "UInt32")
	case []int64:
		add(b, v, "Int64")
	case []uint64:
		add(b, v, "UInt64")
	case []float64:
		add(b, v, "Float64")
	case []string:
		b.addTexts(v)
	default:
		b.addAny(values)
	}
}

// AddMicros appends times in microseconds since 1970 to a DateTime64 column.
func (b *Batch) AddMicros(values []int64) {
	if b.typed("DateTime64(6, 'UTC')") || b.typed("DateTime64(6)") { // Fast path.
		add(b, values, b.types[b.next].Type)
		return
	}
	// Slow path.
	times := make([]time.Time, len(values))
	for i, v := range values {
		times[i] = time.UnixMicro(v)
	}
	b.addAny(times)
}

// AddSame appends one value for so many rows to a UInt64 column.
func (b *Batch) AddSame(value uint64, rows int) {
	if !b.typed("UInt64") {
		b.addAny(slices.Repeat([]uint64{value}, rows))
		return
	}
	// Fast path.
	b.begin(rows, func(to *scratch) {
		for range rows {
			to.Buf = binary.LittleEndian.AppendUint64(to.Buf, value)
		}
	})
}

// AddDays appends days since 1970 to a Date column.
func (b *Batch) AddDays(values []int32) {
	if !b.typed("Date") {
		// Slow path.
		times := make([]time.Time, len(values))
		for i, v := range values {
			times[i] = time.Unix(int64(v)*86400, 0).UTC()
		}
		b.addAny(times)
		return
	}
	// Fast path.
	for row, v := range values {
		if v < 0 || v > maxDate {
			b.refuse("row %d: day %d lies outside 0 to %d", row, v, maxDate)
			return
		}
	}
	b.begin(len(values), func(to *scratch) {
		for _, v := range values {
			to.Buf = binary.LittleEndian.AppendUint16(to.Buf, uint16(v))
		}
	})
}

// maxDate is the last day that a Date holds: 2149-06-06.
const maxDate = 65_535

// littleEndian says that numbers lie in memory as ClickHouse writes them.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// add appends values that need no conversion.
func add[T int8 | uint8 | bool | uint16 | int32 | uint32 | int64 | uint64 | float64](b *Batch, values []T,
	want string) {
	if !b.typed(want) || !littleEndian {
		b.addAny(values)
		return
	}
	b.begin(len(values), nil)
	if n := len(values); n > 0 && b.err == nil {
		b.parts = append(b.parts, unsafe.Slice((*byte)(unsafe.Pointer(&values[0])),
			n*int(unsafe.Sizeof(values[0]))))
	}
}

func (b *Batch) addTexts(values []string) {
	if !b.typed("String") {
		b.addAny(values)
		return
	}
	b.begin(len(values), func(to *scratch) {
		for _, v := range values {
			to.Buf = append(binary.AppendUvarint(to.Buf, uint64(len(v))), v...)
		}
	})
}

// addAny appends values of any type that the client library converts.
func (b *Batch) addAny(values any) {
	if b.err != nil {
		return
	}
	if b.next >= len(b.types) {
		b.err = fmt.Errorf("cannot add a column behind the %d that were named", len(b.types))
		return
	}
	t := b.types[b.next]
	c, err := column.Type(t.Type).Column(t.Name, &column.ServerContext{Timezone: time.UTC})
	if err == nil && reflect.ValueOf(values).Len() > 0 {
		_, err = c.Append(values)
	}
	if err != nil {
		b.refuse("%w", err)
		return
	}
	b.begin(c.Rows(), func(to *scratch) {
		if s, ok := c.(column.CustomSerialization); ok {
			err = s.WriteStatePrefix(&to.Buffer)
		}
		c.Encode(&to.Buffer)
	})
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("cannot add the column %s: %w", t.Name, err)
	}
}

// typed reports whether the next column has the type.
func (b *Batch) typed(want string) bool {
	return b.next < len(b.types) && b.types[b.next].Type == want
}

func (b *Batch) refuse(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("cannot add the column %s: "+format,
			append([]any{b.types[b.next].Name}, args...)...)
	}
}

// begin starts the next column: its name and type, then what write appends.
func (b *Batch) begin(rows int, write func(to *scratch)) {
	if b.err != nil {
		return
	}
	t := b.types[b.next]
	b.next++
	if b.rows >= 0 && rows != b.rows {
		b.err = fmt.Errorf("column %s has %d rows and those before it %d", t.Name, rows, b.rows)
		return
	}
	to, from := b.scratch, len(b.scratch.Buf)
	if b.rows < 0 {
		b.rows = rows
		to.PutUVarInt(uint64(len(b.types)))
		to.PutUVarInt(uint64(rows))
	}
	to.PutString(t.Name)
	to.PutString(t.Type)
	if write != nil {
		write(to)
	}
	// Should the scratch grow later, this part stays where it was.
	b.parts = append(b.parts, to.Buf[from:len(to.Buf):len(to.Buf)])
}

func (b *Batch) complete() error {
	if b.err == nil && b.next != len(b.types) {
		b.err = fmt.Errorf("%d columns were named and %d added", len(b.types), b.next)
	}
	return b.err
}

// body is the block as a stream.
func (b *Batch) body() *parts { return &parts{rest: b.parts} }

// parts reads pieces of memory one behind the other, until stop. An HTTP client may go on reading a
// body after it has failed; the pieces belong to somebody else by then.
type parts struct {
	mu   sync.Mutex
	rest [][]byte
	over bool
}

var errOver = errors.New("the insert is over")

// Read implements io.Reader.
func (p *parts) Read(to []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return 0, errOver
	}
	for len(p.rest) > 0 && n < len(to) {
		taken := copy(to[n:], p.rest[0])
		n += taken
		if p.rest[0] = p.rest[0][taken:]; len(p.rest[0]) == 0 {
			p.rest = p.rest[1:]
		}
	}
	if n == 0 && len(to) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// stop ends the reading; afterwards the pieces are no longer touched.
func (p *parts) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over, p.rest = true, nil
}
