package event_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail/event"
)

func TestPacketGivesBackItsFrames(t *testing.T) {
	frames := []event.Frame{
		{Kind: event.KindOrderPlaced, Key: 367, Wire: []byte("abc")},
		{Kind: event.KindStockMoved, Key: -1, Wire: nil},
		{Kind: 250, Key: math.MinInt64, Wire: bytes.Repeat([]byte{7}, 300)},
	}
	var packet []byte
	for _, f := range frames {
		packet = event.AppendFrame(packet, f)
	}
	i := 0
	for got, err := range event.Frames(packet) {
		want := frames[i]
		if err != nil || got.Kind != want.Kind || got.Key != want.Key ||
			!bytes.Equal(got.Wire, want.Wire) {
			t.Errorf("frame %d is %v, %v; want %v", i, got, err, want)
		}
		i++
	}
	if i != len(frames) {
		t.Errorf("%d frames came back, want %d", i, len(frames))
	}
}

func TestTruncatedPacketSaysWhere(t *testing.T) {
	whole := event.AppendFrame(nil, event.Frame{Kind: event.KindView, Key: 5, Wire: []byte("12345")})
	for cut := 1; cut < len(whole); cut++ {
		packet := append(bytes.Clone(whole), whole[:cut]...)
		good, failed := 0, error(nil)
		for _, err := range event.Frames(packet) {
			if err != nil {
				failed = err
			} else {
				good++
			}
		}
		if good != 1 || !errors.Is(failed, event.ErrMalformed) ||
			!strings.Contains(failed.Error(), "byte 8") {
			t.Errorf("cut at %d: %d good frames, then %v", cut, good, failed)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(event.AppendFrame(nil, event.Frame{Kind: 1, Key: 300, Wire: []byte("x")}))
	f.Add([]byte{1, 0x80, 0x80, 0x80})
	f.Fuzz(func(t *testing.T, packet []byte) {
		total := 0
		for frame, err := range event.Frames(packet) {
			if err != nil {
				return
			}
			total += len(frame.Wire)
		}
		if total > len(packet) {
			t.Errorf("%d bytes came out of %d", total, len(packet))
		}
	})
}

func TestPosition(t *testing.T) {
	f := func(p event.Position, text string) {
		t.Helper()
		if p.String() != text {
			t.Errorf("%v prints %s, want %s", p, p, text)
		}
		if back, err := event.ParsePosition([]byte(text)); err != nil || back != p {
			t.Errorf("%s reads as %v, %v", text, back, err)
		}
	}
	f(event.Position{}, "0000000000000000-00000000")
	f(event.Position{Commit: 0x1A2B3C, Index: 7}, "00000000001a2b3c-00000007")
	f(event.Position{Commit: math.MaxUint64, Index: math.MaxUint32}, "ffffffffffffffff-ffffffff")
	for _, bad := range []string{"", "1-2", "000000000000000g-00000000",
		"0000000000000000_00000000", "0000000000000000-0000000x", "0000000000000000-000000000"} {
		if _, err := event.ParsePosition([]byte(bad)); !errors.Is(err, event.ErrMalformed) {
			t.Errorf("%q reads with %v", bad, err)
		}
	}
	low, high := event.Position{Commit: 5, Index: 9}, event.Position{Commit: 6}
	if !high.Above(low) || low.Above(high) || low.Above(low) ||
		!(event.Position{Commit: 5, Index: 10}).Above(low) {
		t.Error("positions are not ordered by commit, then index")
	}
}

func TestKinds(t *testing.T) {
	for _, k := range event.Kinds() {
		if back, ok := event.ParseKind(k.String()); !ok || back != k {
			t.Errorf("%s reads as %s", k, back)
		}
		if k.Topic() == "" {
			t.Errorf("%s has no topic", k)
		}
	}
	if event.Kind(99).Known() || event.Kind(99).Topic() != "" {
		t.Error("kind 99 is known")
	}
}

func TestStoreTime(t *testing.T) {
	at := event.At(time.Date(2026, 3, 1, 18, 30, 0, 0, time.UTC), shanghai)
	if at.LocalHour() != 2 || at.BusinessDay != 20_514 || at.UtcOffsetS != 28_800 {
		t.Errorf("half past two in Shanghai is %v, hour %d", at, at.LocalHour())
	}
	if !at.Time().Equal(time.Date(2026, 3, 1, 18, 30, 0, 0, time.UTC)) {
		t.Errorf("the instant came back as %s", at.Time())
	}
}

func BenchmarkFrames(b *testing.B) {
	wire, err := event.Append(nil, samples()[event.KindOrderPlaced])
	if err != nil {
		b.Fatal(err)
	}
	var packet []byte
	for range 500 {
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindOrderPlaced, Key: 3, Wire: wire})
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range event.Frames(packet) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
