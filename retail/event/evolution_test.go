package event_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/tillstream/tillstream/retail/event"
)

// later is a field that a later version of a message has: number 127, one byte.
var later = []byte{0xfa, 0x07, 0x01, 'x'}

// What a later version of any kind adds, at the top or within its parts, disturbs nobody: the fact
// decodes to what it was, and whoever passes it on keeps what was added. Old and new versions may so be
// mixed, also in one reader that uses its messages again.
func TestFieldsOfLaterVersionsAreKeptAndDisturbNobody(t *testing.T) {
	for kind, sample := range samples() {
		old := frozenBytes(t, kind, sample)
		extended := proto.Clone(sample)
		extend(extended.ProtoReflect())
		newer, err := event.Append(nil, extended)
		if err != nil || bytes.Equal(newer, old) {
			t.Fatalf("%s: %v", kind, err)
		}
		reused, err := event.Decode(kind, old)
		if err != nil {
			t.Fatal(err)
		}
		for i, wire := range [][]byte{newer, old, newer} {
			if err := event.DecodeInto(kind, wire, reused); err != nil {
				t.Errorf("%s: version %d does not decode: %v", kind, i, err)
				continue
			}
			if again, err := event.Append(nil, reused); err != nil || !bytes.Equal(again, wire) {
				t.Errorf("%s: version %d was changed on its way: %x, %v", kind, i, again, err)
			}
			strip(reused.ProtoReflect())
			if !proto.Equal(reused, sample) {
				t.Errorf("%s: version %d says\n%v\nwant\n%v", kind, i, reused, sample)
			}
		}
	}
}

func extend(m protoreflect.Message) {
	m.SetUnknown(later)
	parts(m, extend)
}

func strip(m protoreflect.Message) {
	m.SetUnknown(nil)
	parts(m, strip)
}

// parts calls f for the messages within m.
func parts(m protoreflect.Message, f func(protoreflect.Message)) {
	m.Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case d.Message() == nil:
		case d.IsList():
			for i := range v.List().Len() {
				f(v.List().Get(i).Message())
			}
		default:
			f(v.Message())
		}
		return true
	})
}

func TestTypesThatAreNotKnownSayWhy(t *testing.T) {
	f := func(name string, newer bool, says string) {
		t.Helper()
		err := event.UnknownType([]byte(name))
		if !errors.Is(err, event.ErrUnknownKind) || errors.Is(err, event.ErrNewerVersion) != newer ||
			!strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", name, err)
		}
	}
	f("tillstream.order.placed.v2", true, "this program knows version 1")
	f("tillstream.order.placed.v65535", true, "version 1")
	f("tillstream.order.placed.v99999999", false, "placed")
	f("tillstream.order.placed.v0", false, "placed")
	f("tillstream.order.placed", false, "placed")
	f("somebody.else.v2", false, "somebody")
	f("", false, "unknown kind")
	f(strings.Repeat("x", 1000), false, "xxx")
}
