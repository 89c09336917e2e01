package event_test

import (
	"bytes"
	"testing"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

// A trace belongs to the fact behind it, takes no place of its own, and its absence costs nothing: the
// bytes of a packet without traces are those of before.
func TestATraceTravelsBeforeItsFact(t *testing.T) {
	mark := trace.Mark{Trace: [16]byte{1, 2, 3}, Span: [8]byte{4}}
	first := event.Frame{Kind: event.KindOrderPlaced, Key: -3, Wire: []byte("one")}
	second := event.Frame{Kind: event.KindOrderPaid, Key: 9, Wire: []byte("two")}
	plain := event.AppendFrame(event.AppendFrame(nil, first), second)
	if want := "\x01\x05\x03one\x02\x12\x03two"; string(plain) != want {
		t.Fatalf("without a trace the packet is %q, want %q", plain, want)
	}
	packet := event.AppendFrame(nil, first)
	packet = event.AppendFrame(event.AppendTrace(packet, mark), second)
	if !bytes.HasPrefix(packet, plain[:6]) || len(packet) != len(plain)+3+trace.MarkBytes {
		t.Fatalf("with a trace the packet is %q", packet)
	}
	var got []event.Frame
	for f, err := range event.Frames(packet) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	if len(got) != 2 || got[0].Trace.Traced() || got[1].Trace != mark || string(got[1].Wire) != "two" {
		t.Errorf("the frames are %+v", got)
	}
	for cut := 7; cut < 7+3+trace.MarkBytes-1; cut++ {
		var last error
		for _, err := range event.Frames(packet[:cut]) {
			last = err
		}
		if last == nil {
			t.Errorf("a packet that breaks within a trace, at %d, is accepted", cut)
		}
	}
}

func TestAllocFramesCostNothing(t *testing.T) {
	var packet []byte
	for range 100 {
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindOrderPlaced, Wire: packet[:0]})
	}
	n := testing.AllocsPerRun(100, func() {
		for _, err := range event.Frames(packet) {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if n != 0 {
		t.Errorf("reading a packet allocates %v times", n)
	}
}
