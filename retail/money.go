package retail

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Money is an amount in fen, 1/100 of the chain's currency unit. It may be negative.
type Money int64

// MaxMoney bounds every single amount that enters the system, in fen: ten billion units. Sums of
// fewer than nine million such amounts cannot overflow an int64.
const MaxMoney Money = 1_000_000_000_000

// ErrMoneyRange says that an amount is larger than MaxMoney in either direction.
var ErrMoneyRange = errors.New("amount is beyond ±10,000,000,000.00")

// ParseMoney reads a decimal amount such as "3.86", "-0.5" or "12". Digits after the second place
// are rounded half up: away from zero at exactly half. Exponents are understood, because data files
// that went through floating point hold amounts such as "1.23e-05".
func ParseMoney(s string) (Money, error) {
	fen, err := parseDecimal(s, 2)
	if err != nil {
		return 0, fmt.Errorf("cannot read amount %q: %w", s, err)
	}
	return Money(fen), nil
}

// Times multiplies m by n and reports whether the product stays within ±MaxMoney.
func (m Money) Times(n int64) (Money, error) {
	abs := func(v int64) uint64 { return uint64(max(v, -v)) }
	hi, lo := bits.Mul64(abs(int64(m)), abs(n))
	if hi != 0 || lo > uint64(MaxMoney) {
		return 0, ErrMoneyRange
	}
	if (m < 0) != (n < 0) {
		return -Money(lo), nil
	}
	return Money(lo), nil
}

// String prints m as a decimal number with two places, such as "-12.05".
func (m Money) String() string {
	return string(m.Append(make([]byte, 0, 24)))
}

// Append appends the decimal form of m to dst.
func (m Money) Append(dst []byte) []byte {
	u := uint64(m)
	if m < 0 {
		dst = append(dst, '-')
		u = -u
	}
	dst = strconv.AppendUint(dst, u/100, 10)
	return append(dst, '.', byte('0'+u%100/10), byte('0'+u%10))
}

// MarshalJSON writes m as a JSON number with two places.
func (m Money) MarshalJSON() ([]byte, error) { return m.Append(nil), nil }

// UnmarshalJSON reads a JSON number or string with at most two decimal places. More places are an
// error here, unlike in ParseMoney: a client that sends a tenth of a fen has a bug.
func (m *Money) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if dot := strings.IndexByte(s, '.'); dot >= 0 && len(strings.TrimRight(s[dot+1:], "0")) > 2 {
		return fmt.Errorf("cannot read amount %s: more than two decimal places", s)
	}
	v, err := ParseMoney(s)
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// MulPrice multiplies a decimal unit price, such as "2.5545", by a quantity and rounds the product
// half up (away from zero) to fen: once per line, never per unit.
func MulPrice(price string, qty int64) (Money, error) {
	const places = 6
	micro, err := parseDecimal(price, places)
	if err != nil {
		return 0, fmt.Errorf("cannot read price %q: %w", price, err)
	}
	hi, lo := bits.Mul64(uint64(max(micro, -micro)), uint64(max(qty, -qty)))
	if hi != 0 || lo > math.MaxInt64/2 {
		return 0, fmt.Errorf("cannot multiply price %q by %d: %w", price, qty, ErrMoneyRange)
	}
	fen := Money((lo + 5_000) / 10_000)
	if fen > MaxMoney {
		return 0, fmt.Errorf("cannot multiply price %q by %d: %w", price, qty, ErrMoneyRange)
	}
	if (micro < 0) != (qty < 0) {
		fen = -fen
	}
	return fen, nil
}
