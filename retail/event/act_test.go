package event_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tillstream/tillstream/retail/event"
)

// actOf is what Read should find, told by the protobuf runtime.
func actOf(m event.Message) event.Act {
	v := m.(interface{ GetVisit() *event.Visit }).GetVisit()
	a := event.Act{
		Visitor: v.VisitorId, Session: v.SessionId, Member: v.MemberId, Store: v.StoreId,
		Channel: v.Channel, Simulated: v.Simulated, At: event.StoreInstant{
			UnixUS: v.At.UnixUs, BusinessDay: v.At.BusinessDay, UTCOffsetS: v.At.UtcOffsetS},
	}
	switch m := m.(type) {
	case *event.View:
		a.Kind, a.SKU = event.KindView, m.SkuId
	case *event.Search:
		a.Kind, a.Query, a.Results = event.KindSearch, []byte(m.Query), m.Results
	case *event.AddToCart:
		a.Kind, a.SKU, a.Qty = event.KindAddToCart, m.SkuId, m.Qty
		a.Attribution, a.Shown = []byte(m.AttributionId), shownOf(m.Attribution)
	case *event.Impression:
		a.Kind, a.Slot, a.SKUs = event.KindImpression, []byte(m.Slot), m.SkuIds
		a.Attribution, a.Shown = []byte(m.AttributionId), shownOf(m.Attribution)
	case *event.Click:
		a.Kind, a.SKU, a.Slot = event.KindClick, m.SkuId, []byte(m.Slot)
		a.Position, a.Attribution = m.Position, []byte(m.AttributionId)
		a.Shown = shownOf(m.Attribution)
	case *event.CouponIssued:
		a.Kind, a.Coupon, a.Campaign = event.KindCouponIssued, m.CouponId, m.CampaignId
	case *event.CouponRedeemed:
		a.Kind, a.Coupon, a.Campaign = event.KindCouponRedeemed, m.CouponId, m.CampaignId
		a.Order, a.DiscountFen = m.OrderId, m.DiscountFen
	case *event.Favourite:
		a.Kind, a.SKU, a.Removed = event.KindFavourite, m.SkuId, m.Removed
	}
	return a
}

func shownOf(m *event.Attribution) event.Shown {
	return event.Shown{Experiment: m.GetExperimentId(), Variant: m.GetVariant(), HeldOut: m.GetHeldOut(),
		ByMember: m.GetByMember(), Scene: m.GetScene(), Model: m.GetModel(), Request: m.GetRequest()}
}

// attribute adds what an attribution says to the samples that have one: the frozen ones are older.
func attribute(all map[event.Kind]event.Message) {
	said := &event.Attribution{ExperimentId: 300, Variant: 31, HeldOut: true, ByMember: true,
		Scene: event.Scene_SCENE_GUIDE, Model: 1<<32 - 1, Request: 1<<40 - 1}
	all[event.KindImpression].(*event.Impression).Attribution = said
	all[event.KindClick].(*event.Click).Attribution = said
	cart := all[event.KindAddToCart].(*event.AddToCart)
	cart.AttributionId, cart.Attribution = "a1", said
}

// same compares the fields that others can see; no text and an empty one are the same.
func same(a, b event.Act) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		f := x.Type().Field(i)
		switch {
		case !f.IsExported():
		case f.Type.Kind() == reflect.Slice && x.Field(i).Len() == 0 && y.Field(i).Len() == 0:
		case !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()):
			return false
		}
	}
	return true
}

// agree reads the bytes both ways into memory that was used before.
func agree(t *testing.T, a *event.Act, kind event.Kind, wire []byte) {
	t.Helper()
	m, want := event.Decode(kind, wire)
	got := a.Read(kind, wire)
	if (got == nil) != (want == nil) {
		t.Fatalf("%s %x: Read says %v, Decode %v", kind, wire, got, want)
	}
	for _, reason := range []error{event.ErrMalformed, event.ErrInvalid, event.ErrTooLarge} {
		if errors.Is(got, reason) != errors.Is(want, reason) {
			t.Fatalf("%s %x: Read says %v, Decode %v", kind, wire, got, want)
		}
	}
	if want == nil && !same(*a, actOf(m)) {
		t.Fatalf("%s %x: Read finds\n%+v\nDecode\n%+v", kind, wire, *a, actOf(m))
	}
}

func behaviours() []event.Kind {
	return slices.DeleteFunc(event.Kinds(), func(k event.Kind) bool { return !k.IsBehaviour() })
}

func TestReadAgreesWithDecode(t *testing.T) {
	all, a := samples(), new(event.Act)
	attribute(all)
	field := func(b []byte, num protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
	}
	for _, kind := range behaviours() {
		wire, err := event.Append(nil, all[kind])
		if err != nil {
			t.Fatal(err)
		}
		agree(t, a, kind, wire)
		agree(t, a, kind, append(wire, wire...)) // a message that comes twice is merged
		for n := range wire {
			agree(t, a, kind, wire[:n])
			for _, flip := range []byte{1, 2, 4, 0x80, 0xff} {
				broken := slices.Clone(wire)
				broken[n] ^= flip
				agree(t, a, kind, broken)
			}
		}
		for num := range protowire.Number(9) {
			agree(t, a, kind, field(slices.Clone(wire), num+1, 1<<63+7)) // wrong type, or too large
			text := protowire.AppendTag(slices.Clone(wire), num+1, protowire.BytesType)
			agree(t, a, kind, protowire.AppendBytes(text, []byte("\xff\x01")))
			agree(t, a, kind, protowire.AppendTag(slices.Clone(wire), num+1, protowire.StartGroupType))
			agree(t, a, kind, protowire.AppendTag(slices.Clone(wire), num+1, protowire.EndGroupType))
			agree(t, a, kind, protowire.AppendFixed32(protowire.AppendTag(slices.Clone(wire), num+1,
				protowire.Fixed32Type), 5))
		}
	}
	agree(t, a, event.KindView, make([]byte, event.MaxBytes+1))
	if err := a.Read(event.KindOrderPaid, nil); !errors.Is(err, event.ErrUnknownKind) {
		t.Errorf("reading an order as behaviour gives %v", err)
	}
}

func FuzzRead(f *testing.F) {
	all := samples()
	for _, kind := range behaviours() {
		wire, err := event.Append(nil, all[kind])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(kind), wire)
	}
	f.Fuzz(func(t *testing.T, kind uint8, wire []byte) {
		kinds := behaviours()
		agree(t, new(event.Act), kinds[int(kind)%len(kinds)], wire)
	})
}

func TestReadAllocatesNothing(t *testing.T) {
	a := new(event.Act)
	for kind, m := range samples() {
		if !kind.IsBehaviour() {
			continue
		}
		wire, err := event.Append(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if err := a.Read(kind, wire); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("reading %s allocates %v times", kind, n)
		}
	}
}
