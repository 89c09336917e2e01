package event_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/tillstream/tillstream/retail/event"
)

// private are the fields that are never shown. A new field must stand here or be shown on purpose.
var private = strings.Fields(`
	attribution_id consents_body_data consents_marketing consents_privacy consents_terms event_id
	external_ref identity_hash member_id origin_store_id personalized phone_last_four query reason
	session_id staff_id union_hash visitor_id`)

func describe(t *testing.T, kind event.Kind, m event.Message) []event.Field {
	t.Helper()
	wire, err := event.Append(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := event.Describe(kind, wire)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return fields
}

func TestADescriptionShowsWhatItMayAndHidesTheRest(t *testing.T) {
	for kind, m := range samples() {
		fill(m.ProtoReflect(), 0)
		fields := describe(t, kind, m)
		if len(fields) == 0 {
			t.Errorf("%s: nothing is described", kind)
		}
		for _, f := range fields {
			name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
			name, _, _ = strings.Cut(name, "[")
			if hidden := f.Value == event.Hidden; hidden != slices.Contains(private, name) {
				t.Errorf("%s: %s is %q: decide in discreet.go and here whether it may be shown", kind,
					f.Path, f.Value)
			}
		}
	}
}

// fill sets every field of a message.
func fill(m protoreflect.Message, depth int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case f.Message() != nil && depth > 3:
		case f.IsList() && f.Message() != nil:
			list := m.Mutable(f).List()
			v := list.NewElement()
			fill(v.Message(), depth+1)
			list.Append(v)
		case f.Message() != nil:
			fill(m.Mutable(f).Message(), depth+1)
		case f.IsList():
			m.Mutable(f).List().Append(scalar(f))
		default:
			m.Set(f, scalar(f))
		}
	}
}

func scalar(f protoreflect.FieldDescriptor) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(1)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(1)
	case protoreflect.StringKind:
		return protoreflect.ValueOfString("13800138000")
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte("13800138000"))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(1.5)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(7)
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(7)
	case protoreflect.Uint64Kind:
		return protoreflect.ValueOfUint64(7)
	}
	panic(fmt.Sprintf("no value for %s", f.FullName()))
}

func TestADescriptionNamesFieldsAndWhatItDoesNotKnow(t *testing.T) {
	m := samples()[event.KindOrderPlaced].(*event.OrderPlaced)
	m.Lines[0].ProtoReflect().SetUnknown([]byte{0xfa, 0x07, 0x01, 'x'})
	m.Channel = 99
	fields := describe(t, event.KindOrderPlaced, m)
	f := func(path, want string) {
		t.Helper()
		for _, got := range fields {
			if got.Path == path {
				if got.Value != want {
					t.Errorf("%s is %q, want %q", path, got.Value, want)
				}
				return
			}
		}
		t.Errorf("%s is missing in %v", path, fields)
	}
	f("order_id", "1001")
	f("member_id", event.Hidden)
	f("channel", "99")
	f("state", "ORDER_STATE_COMPLETED")
	f("placed_at.business_day", "20514")
	f("lines[0].net_fen", "1000")
	f("lines[1].gross_fen", "-5")
	f("lines[0].unknown field 127", "(hidden, 4 bytes)")
}

func TestADescriptionRefusesWhatDoesNotParse(t *testing.T) {
	f := func(kind event.Kind, wire []byte, want error) {
		t.Helper()
		if _, err := event.Describe(kind, wire); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", kind, err, want)
		}
	}
	f(200, nil, event.ErrUnknownKind)
	f(event.KindView, []byte{0xff, 0xff}, event.ErrMalformed)
	f(event.KindView, make([]byte, event.MaxBytes+1), event.ErrTooLarge)
	if _, err := event.Describe(event.KindView, nil); err != nil {
		t.Errorf("a fact that breaks a rule cannot be described: %v", err)
	}
}
