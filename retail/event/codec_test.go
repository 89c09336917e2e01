package event_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tillstream/tillstream/retail/event"
)

var update = flag.Bool("update", false, "write the frozen bytes of kinds that have none yet")

// Bytes that were written once must decode for ever: records stay in topics for years. A frozen file
// is therefore never rewritten, not even by -update.
func TestFrozenBytesDecodeForEver(t *testing.T) {
	all := samples()
	for _, kind := range event.Kinds() {
		sample, ok := all[kind]
		if !ok {
			t.Errorf("%s has no sample", kind)
			continue
		}
		frozen := frozenBytes(t, kind, sample)
		got, err := event.Decode(kind, frozen)
		if err != nil {
			t.Errorf("%s: frozen bytes do not decode: %v", kind, err)
		} else if !proto.Equal(got, sample) {
			t.Errorf("%s: frozen bytes decode to\n%v\nwant\n%v", kind, got, sample)
		}
		again, err := event.Append(nil, sample)
		if err != nil || !bytes.Equal(again, frozen) {
			t.Errorf("%s: encodes to other bytes than the frozen ones: %v", kind, err)
		}
	}
}

func frozenBytes(t *testing.T, kind event.Kind, sample event.Message) []byte {
	t.Helper()
	file := filepath.Join("testdata", "frozen", kind.String()+".hex")
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) && *update {
		wire, err := event.Append(nil, sample)
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(hex.EncodeToString(wire) + "\n")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if err != nil {
		t.Fatalf("%v (run with -update to freeze a new kind)", err)
	}
	wire, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return wire
}

func TestDecodeRefuses(t *testing.T) {
	f := func(name string, kind event.Kind, wire []byte, want error, says string) {
		t.Helper()
		_, err := event.Decode(kind, wire)
		if !errors.Is(err, want) || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %v saying %q", name, err, want, says)
		}
	}
	changed := func(kind event.Kind, change func(event.Message)) []byte {
		m := samples()[kind]
		change(m)
		wire, err := event.Append(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		return wire
	}
	placed := func(change func(*event.OrderPlaced)) []byte {
		return changed(event.KindOrderPlaced, func(m event.Message) { change(m.(*event.OrderPlaced)) })
	}
	f("unknown kind", 200, nil, event.ErrUnknownKind, "200")
	f("kind 0", 0, nil, event.ErrUnknownKind, "0")
	f("10 MB", event.KindView, make([]byte, 10<<20), event.ErrTooLarge, "10485760")
	f("noise", event.KindView, []byte{0xff, 0xff, 0xff}, event.ErrMalformed, "view")
	f("invalid UTF-8", event.KindSearch, []byte{0x12, 0x01, 0xff}, event.ErrMalformed, "UTF-8")
	f("nothing", event.KindView, nil, event.ErrInvalid, "visit is missing")
	f("no order id", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.OrderId = 0 }), event.ErrInvalid, "id is 0")
	f("no store", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.StoreId = -1 }), event.ErrInvalid, "store_id is -1")
	f("the year 1970", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.PlacedAt.UnixUs = 0 }), event.ErrInvalid, "2000")
	f("the year 2100", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.PlacedAt.UnixUs = event.MaxUnixUS }),
		event.ErrInvalid, "2099")
	f("no time", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.PlacedAt = nil }), event.ErrInvalid, "missing")
	f("overflow", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.Lines[0].GrossFen = 1 << 62 }),
		event.ErrInvalid, "line 1")
	f("sums that do not add up", event.KindOrderPlaced,
		placed(func(m *event.OrderPlaced) { m.Lines[0].NetFen++ }), event.ErrInvalid, "is not net")
	f("too many lines", event.KindOrderPlaced, placed(func(m *event.OrderPlaced) {
		m.Lines = make([]*event.OrderLine, event.MaxLines+1)
		for i := range m.Lines {
			m.Lines[i] = &event.OrderLine{}
		}
	}), event.ErrInvalid, "10001 lines")
	f("stock of no SKU", event.KindStockMoved, changed(event.KindStockMoved, func(m event.Message) {
		m.(*event.StockMoved).Changes[0].SkuId = 0
	}), event.ErrInvalid, "sku_id is 0")
}

func TestUnknownFieldsSurvive(t *testing.T) {
	newer := append([]byte{}, frozenBytes(t, event.KindView, samples()[event.KindView])...)
	newer = append(newer, 0xfa, 0x07, 0x01, 'x') // field 127, written by a later version
	m, err := event.Decode(event.KindView, newer)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := event.Append(nil, m); err != nil || !bytes.Equal(again, newer) {
		t.Errorf("a newer field was lost on the way: %x, %v", again, err)
	}
}

func FuzzDecode(f *testing.F) {
	for kind, m := range samples() {
		wire, err := event.Append(nil, m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(kind), wire)
	}
	f.Fuzz(func(t *testing.T, kind uint8, wire []byte) {
		m, err := event.Decode(event.Kind(kind), wire)
		if err != nil {
			return
		}
		again, err := event.Append(nil, m)
		if err != nil {
			t.Fatalf("%v decodes but does not encode: %v", m, err)
		}
		if back, err := event.Decode(event.Kind(kind), again); err != nil || !proto.Equal(back, m) {
			t.Fatalf("%v decodes again as %v, %v", m, back, err)
		}
	})
}
