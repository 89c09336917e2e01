package event

import (
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// Act is a behaviour event of any kind, read for a consumer that keeps up with all of them: Read makes
// no message, allocates nothing once SKUs has grown, and accepts exactly what Decode accepts. Texts
// alias the wire form.
type Act struct {
	Kind Kind
	// Who, where and when; see Visit.
	Visitor, Session uint64
	Member           int64
	Store            int32
	Channel          Channel
	Simulated        bool
	At               StoreInstant
	// What; fields of other kinds are zero. SKUs are those of an impression.
	SKU, Coupon, Order, DiscountFen  int64
	Qty, Results, Position, Campaign int32
	SKUs                             []int64
	// Removed says that a favourite is none any more.
	Removed                  bool
	Slot, Query, Attribution []byte
	// Shown is what the attribution says.
	Shown               Shown
	haveVisit, haveTime bool
}

// Shown is an Attribution as a plain value.
type Shown struct {
	Experiment, Variant int32
	HeldOut, ByMember   bool
	Scene               Scene
	Model               uint32
	Request             uint64
}

// StoreInstant is a StoreTime as a plain value.
type StoreInstant struct {
	UnixUS                  int64
	BusinessDay, UTCOffsetS int32
}

// LocalHour returns the hour of the day at the store, 0 to 23.
func (t StoreInstant) LocalHour() int { return localHour(t.UnixUS, t.UTCOffsetS) }

// IsBehaviour reports whether Act reads the kind.
func (k Kind) IsBehaviour() bool { return k >= KindView && k <= KindFavourite }

// Read reads the wire form of a behaviour event and checks what Decode checks.
func (a *Act) Read(kind Kind, wire []byte) error {
	if !kind.IsBehaviour() {
		return fmt.Errorf("%w: %s is no behaviour", ErrUnknownKind, kind)
	}
	if len(wire) > MaxBytes {
		return fmt.Errorf("%w: %s has %d bytes, at most %d", ErrTooLarge, kind, len(wire), MaxBytes)
	}
	*a = Act{Kind: kind, SKUs: a.SKUs[:0]}
	if !a.fields(wire) {
		return fmt.Errorf("%w: %s", ErrMalformed, kind)
	}
	if err := a.validate(); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrInvalid, kind, err)
	}
	return nil
}

func (a *Act) validate() error {
	if !a.haveVisit {
		return errNoVisit
	}
	if err := positive("store_id", int64(a.Store)); err != nil {
		return err
	}
	if !a.haveTime {
		return errNoTime
	}
	return instant(a.At.UnixUS, a.At.BusinessDay)
}

// field is a field as it lies on the wire. Of number and bytes only that of its type is set.
type field struct {
	num   protowire.Number
	typ   protowire.Type
	n     uint64
	bytes []byte
}

// is reports whether the field has this number and type. One with another type is an unknown field.
func (f *field) is(num protowire.Number, typ protowire.Type) bool {
	return f.num == num && f.typ == typ
}

// next takes a field off the front of b; it returns the length, below 0 if b is broken.
func (f *field) next(b []byte) int {
	// Fast path: a tag of one byte with a number.
	if len(b) > 1 && b[0] < 0x80 && b[0] >= 8 && b[0]&7 == byte(protowire.VarintType) {
		v, n := protowire.ConsumeVarint(b[1:])
		f.num, f.typ, f.n = protowire.Number(b[0]>>3), protowire.VarintType, v
		if n < 0 {
			return n
		}
		return n + 1
	}
	// Slow path.
	num, typ, tag := protowire.ConsumeTag(b)
	if tag < 0 || num > protowire.MaxValidNumber { // which message sets alone may have
		return -1
	}
	f.num, f.typ = num, typ
	n := 0
	switch typ {
	case protowire.VarintType:
		f.n, n = protowire.ConsumeVarint(b[tag:])
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(b[tag:])
	default:
		n = protowire.ConsumeFieldValue(num, typ, b[tag:])
	}
	if n < 0 {
		return n
	}
	return tag + n
}

// fields reads the event itself: field 1 is the visit in every kind.
func (a *Act) fields(b []byte) bool {
	var f field
	for len(b) > 0 {
		n := f.next(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		if f.is(1, protowire.BytesType) {
			a.haveVisit = true
			if !a.visit(f.bytes) {
				return false
			}
		} else if !a.what(&f) {
			return false
		}
	}
	return true
}

// what reads a field that belongs to the kind.
func (a *Act) what(f *field) bool {
	switch a.Kind {
	case KindView:
		return number(f, 2, &a.SKU)
	case KindSearch:
		return text(f, 2, &a.Query) && number(f, 3, &a.Results)
	case KindAddToCart:
		return number(f, 2, &a.SKU) && number(f, 3, &a.Qty) && text(f, 4, &a.Attribution) &&
			a.Shown.read(f, 5)
	case KindImpression:
		return text(f, 2, &a.Slot) && a.skus(f, 3) && text(f, 4, &a.Attribution) &&
			a.Shown.read(f, 5)
	case KindClick:
		return number(f, 2, &a.SKU) && text(f, 3, &a.Slot) && number(f, 4, &a.Position) &&
			text(f, 5, &a.Attribution) && a.Shown.read(f, 6)
	case KindCouponIssued:
		return number(f, 2, &a.Coupon) && number(f, 3, &a.Campaign)
	case KindCouponRedeemed:
		return number(f, 2, &a.Coupon) && number(f, 3, &a.Campaign) && number(f, 4, &a.Order) &&
			number(f, 5, &a.DiscountFen)
	case KindFavourite:
		if f.is(3, protowire.VarintType) {
			a.Removed = f.n != 0
		}
		return number(f, 2, &a.SKU)
	}
	return true
}

// visit reads a Visit; of one that comes in parts the later fields count.
func (a *Act) visit(b []byte) bool {
	var f field
	for len(b) > 0 {
		n := f.next(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		switch f.num {
		case 2:
			number(&f, 2, &a.Visitor)
		case 3:
			number(&f, 3, &a.Session)
		case 4:
			number(&f, 4, &a.Member)
		case 5:
			number(&f, 5, &a.Store)
		case 6:
			number(&f, 6, &a.Channel)
		case 7:
			if f.typ == protowire.BytesType {
				a.haveTime = true
				if !a.At.read(f.bytes) {
					return false
				}
			}
		case 8:
			flag(&f, 8, &a.Simulated)
		}
	}
	return true
}

func (t *StoreInstant) read(b []byte) bool {
	var f field
	for len(b) > 0 {
		n := f.next(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		number(&f, 1, &t.UnixUS)
		number(&f, 2, &t.BusinessDay)
		number(&f, 3, &t.UTCOffsetS)
	}
	return true
}

// read reads an Attribution if the field is this one; of one that comes in parts the later fields count.
func (s *Shown) read(outer *field, num protowire.Number) bool {
	if !outer.is(num, protowire.BytesType) {
		return true
	}
	var f field
	for b := outer.bytes; len(b) > 0; {
		n := f.next(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		number(&f, 1, &s.Experiment)
		number(&f, 2, &s.Variant)
		flag(&f, 3, &s.HeldOut)
		flag(&f, 4, &s.ByMember)
		number(&f, 5, &s.Scene)
		number(&f, 6, &s.Model)
		number(&f, 7, &s.Request)
	}
	return true
}

// flag sets v if the field is this one.
func flag(f *field, num protowire.Number, v *bool) {
	if f.is(num, protowire.VarintType) {
		*v = f.n != 0
	}
}

// number sets v if the field is this one.
func number[T ~int32 | ~int64 | ~uint32 | ~uint64](f *field, num protowire.Number, v *T) bool {
	if f.is(num, protowire.VarintType) {
		*v = T(f.n)
	}
	return true
}

// text sets v if the field is this one. It refuses what is no UTF-8.
func text(f *field, num protowire.Number, v *[]byte) bool {
	if !f.is(num, protowire.BytesType) {
		return true
	}
	*v = f.bytes
	return utf8.Valid(f.bytes)
}

// skus appends the numbers of a repeated field, packed or not.
func (a *Act) skus(f *field, num protowire.Number) bool {
	if f.is(num, protowire.VarintType) {
		a.SKUs = append(a.SKUs, int64(f.n))
	}
	if !f.is(num, protowire.BytesType) {
		return true
	}
	for b := f.bytes; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return false
		}
		a.SKUs, b = append(a.SKUs, int64(v)), b[n:]
	}
	return true
}
