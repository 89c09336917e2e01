package cdc

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// shelf keeps what it is given and acknowledges at once.
type shelf struct{ records []*kafka.Record }

func (s *shelf) ProduceAsync(_ context.Context, r *kafka.Record, done func(error)) {
	s.records = append(s.records, r)
	done(nil)
}

func (s *shelf) Close() {}

func detached(log Publisher) *session {
	r := &Relay{cfg: Config{Log: slog.New(slog.DiscardHandler), Now: time.Now},
		flow: newFlow(1_000, 1<<20)}
	return &session{relay: r, out: newOutlet(log), labels: newLabels("/source"),
		progress: newProgress(0), asked: make(chan struct{}, 1)}
}

func data(payload []byte) []byte { return append(make([]byte, 25), payload...) }

func feed(s *session, messages ...[]byte) error {
	for _, m := range messages {
		b := data(m)
		b[0] = tagData
		if err := s.take(context.Background(), b); err != nil {
			return err
		}
		// What the log keeps must not alias the network's buffer.
		for i := range b {
			b[i] = 0xee
		}
	}
	return nil
}

// Whatever a packet holds, each piece gets the next index, the transaction is confirmed to its end, and
// the bytes of facts pass unchanged.
func FuzzPacket(f *testing.F) {
	good := event.AppendFrame(nil, event.Frame{Kind: event.KindOrderPaid, Key: 3, Wire: []byte("w")})
	f.Add(good)
	f.Add(append(slices.Clone(good), 200, 2, 1, 'x'))
	f.Add(append(slices.Clone(good), 1, 2, 99))
	f.Fuzz(func(t *testing.T, packet []byte) {
		log := &shelf{}
		s := detached(log)
		err := feed(s, wireBegin(77, time.Unix(1_700_000_000, 0)),
			wireMessage(1, 5, event.PacketPrefix, packet), wireCommit(90))
		if err != nil {
			t.Fatal(err)
		}
		if confirmed, open := s.progress.state(); confirmed != 90 || open != 0 {
			t.Errorf("confirmed %d, %d on their way", confirmed, open)
		}
		var again []byte
		for i, r := range log.records {
			want := event.Position{Commit: 77, Index: uint32(i)}.String()
			if string(r.Headers[0].Value) != want {
				t.Errorf("record %d has position %s", i, r.Headers[0].Value)
			}
			if r.Topic != string(event.TopicDeadLetter) {
				again = append(again, r.Value...)
			}
		}
		var facts []byte
		for frame, err := range event.Frames(packet) {
			if err == nil && frame.Kind.Known() && len(frame.Wire) <= event.MaxBytes {
				facts = append(facts, frame.Wire...)
			}
		}
		if string(again) != string(facts) {
			t.Errorf("%x came out as %x", facts, again)
		}
	})
}

func TestBrokenProtocolEndsTheSession(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	f := func(what string, messages ...[]byte) {
		t.Helper()
		if err := feed(detached(&shelf{}), messages...); !errors.Is(err, errProtocol) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	f("a begin within a transaction", wireBegin(1, at), wireBegin(2, at))
	f("a commit without a begin", wireCommit(9))
	f("half a message", wireBegin(1, at), wireMessage(1, 1, event.PacketPrefix, nil)[:12])
	if err := detached(&shelf{}).take(context.Background(), nil); !errors.Is(err, errProtocol) {
		t.Errorf("nothing: got %v", err)
	}
	s := detached(&shelf{})
	if err := feed(s, []byte{'R', 1}, []byte{}); err != nil {
		t.Errorf("messages of tables must be passed over: %v", err)
	}
	k := append(binary.BigEndian.AppendUint64([]byte{tagKeepalive}, 50), 0, 0, 0, 0, 0, 0, 0, 0, 1)
	if err := s.take(context.Background(), k); err != nil || len(s.asked) != 1 {
		t.Errorf("a keepalive that asks: %v", err)
	}
	if confirmed, _ := s.progress.state(); confirmed != 50 {
		t.Errorf("an idle database confirms %d, want 50", confirmed)
	}
}
