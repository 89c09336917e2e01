package postgres

import (
	"encoding/binary"

	"github.com/tillstream/tillstream/oltp/order"
)

// Types of the server, by their fixed object ids.
const (
	oidBool        = 16
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidText        = 25
	oidTID         = 27
	oidDate        = 1082
	oidTimestamptz = 1184
	oidUUID        = 2950
)

// The server counts time and days from 2000-01-01.
const (
	epochUS  = 946_684_800_000_000
	epochDay = 10_957
)

// columns builds the parameters of one statement in the server's binary form: one array for each column.
// The driver's own array codec boxes every element; at 100,000 elements a batch that is most of the
// work. The memory is reused from statement to statement, because the driver copies it out at once.
type columns struct {
	buf    []byte
	values [][]byte
}

func (c *columns) reset() { c.buf, c.values = c.buf[:0], c.values[:0] }

// array begins a column; the returned slice must go to done.
func (c *columns) array(oid uint32, n int, nulls bool) []byte {
	b := c.buf[len(c.buf):]
	if n == 0 {
		b = binary.BigEndian.AppendUint32(b, 0)
		b = binary.BigEndian.AppendUint32(b, 0)
		return binary.BigEndian.AppendUint32(b, oid)
	}
	b = binary.BigEndian.AppendUint32(b, 1)
	b = binary.BigEndian.AppendUint32(b, flag(nulls))
	b = binary.BigEndian.AppendUint32(b, oid)
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	return binary.BigEndian.AppendUint32(b, 1)
}

// done ends a column. If it has outgrown the common buffer, the next columns go behind it.
func (c *columns) done(b []byte) {
	c.values = append(c.values, b)
	if n := len(c.buf); cap(c.buf)-n >= len(b) && len(b) > 0 && &c.buf[:n+1][n] == &b[0] {
		c.buf = c.buf[:n+len(b)]
		return
	}
	c.buf = b
}

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

const null = ^uint32(0)

func (c *columns) int8s(v []int64) { c.wide(oidInt8, v, 0, false) }

// times takes microseconds since 1970; 0 is null.
func (c *columns) times(v []int64) { c.wide(oidTimestamptz, v, -epochUS, true) }

func (c *columns) wide(oid uint32, v []int64, shift int64, zeroIsNull bool) {
	b := c.array(oid, len(v), zeroIsNull)
	for _, x := range v {
		if zeroIsNull && x == 0 {
			b = binary.BigEndian.AppendUint32(b, null)
			continue
		}
		b = binary.BigEndian.AppendUint32(b, 8)
		b = binary.BigEndian.AppendUint64(b, uint64(x+shift))
	}
	c.done(b)
}

func (c *columns) int4s(v []int32) {
	b := c.array(oidInt4, len(v), false)
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, 4)
		b = binary.BigEndian.AppendUint32(b, uint32(x))
	}
	c.done(b)
}

// days takes business days. One is null where the parallel time is 0; without times none is.
func (c *columns) days(v []int32, times []int64) {
	b := c.array(oidDate, len(v), times != nil)
	for i, x := range v {
		if times != nil && times[i] == 0 {
			b = binary.BigEndian.AppendUint32(b, null)
			continue
		}
		b = binary.BigEndian.AppendUint32(b, 4)
		b = binary.BigEndian.AppendUint32(b, uint32(x-epochDay))
	}
	c.done(b)
}

func (c *columns) int2s(v []int16) {
	b := c.array(oidInt2, len(v), false)
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, 2)
		b = binary.BigEndian.AppendUint16(b, uint16(x))
	}
	c.done(b)
}

func (c *columns) bools(v []bool) {
	b := c.array(oidBool, len(v), false)
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, 1)
		b = append(b, byte(flag(x)))
	}
	c.done(b)
}

// texts takes strings; with emptyIsNull, "" is null.
func (c *columns) texts(v []string, emptyIsNull bool) {
	b := c.array(oidText, len(v), emptyIsNull)
	for _, x := range v {
		if emptyIsNull && x == "" {
			b = binary.BigEndian.AppendUint32(b, null)
			continue
		}
		b = binary.BigEndian.AppendUint32(b, uint32(len(x)))
		b = append(b, x...)
	}
	c.done(b)
}

// keys takes keys; the zero key is null.
func (c *columns) keys(v []order.Key) {
	b := c.array(oidUUID, len(v), true)
	for i := range v {
		if v[i] == (order.Key{}) {
			b = binary.BigEndian.AppendUint32(b, null)
			continue
		}
		b = binary.BigEndian.AppendUint32(b, 16)
		b = append(b, v[i][:]...)
	}
	c.done(b)
}

// place is where a row lies: block and line, as the server writes them.
type place [6]byte

func (c *columns) places(v []place) {
	b := c.array(oidTID, len(v), false)
	for i := range v {
		b = binary.BigEndian.AppendUint32(b, uint32(len(v[i])))
		b = append(b, v[i][:]...)
	}
	c.done(b)
}

// raw takes a value that is no array.
func (c *columns) raw(v []byte) { c.values = append(c.values, v) }
