package cdc_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/retail/event"
)

// streaming waits until the relay reads: what is committed from then on must arrive.
func streaming(t testing.TB, r *cdc.Relay) {
	t.Helper()
	eventually(t, "the relay to stream", func() bool { return r.Stats().State == cdc.Streaming })
}

func TestFactsOfOneTransactionShareItsPosition(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	conn := connect(t, c.dsn)
	c.commit(t, conn, 3, 1, 600)
	c.commit(t, conn, 1)

	in := c.consumer(t)
	byNumber := map[uint64]event.Position{}
	for _, rec := range in.await(t, 605) {
		at, err := event.ParsePosition([]byte(header(rec, event.HeaderID)))
		if err != nil {
			t.Fatal(err)
		}
		byNumber[be(rec.Value)] = at
	}
	in.exactlyOnce(t, 605, true)
	for number := uint64(1); number <= 604; number++ {
		want := event.Position{Commit: byNumber[1].Commit, Index: uint32(number - 1)}
		if byNumber[number] != want {
			t.Errorf("fact %d has position %s, want %s", number, byNumber[number], want)
		}
	}
	if !byNumber[605].Above(byNumber[604]) || byNumber[605].Index != 0 {
		t.Errorf("the second transaction has position %s after %s", byNumber[605], byNumber[604])
	}
}

func TestRecordsBearTheirFact(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	conn := connect(t, c.dsn)
	emit(t, conn, event.PacketPrefix, true, event.AppendFrame(nil, event.Frame{
		Kind: event.KindMemberChanged, Key: -7, Wire: []byte("wire"),
	}))
	rec := c.consumer(t).await(t, 1)[0]

	f := func(name, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	source := "/tillstream/oltp/" +
		query(t, conn, "SELECT system_identifier::text FROM pg_control_system()") + "/" +
		query(t, conn, "SELECT oid::text FROM pg_database WHERE datname = current_database()")
	f("topic", rec.Topic, "tillstream.members")
	f("key", string(rec.Key), "-7")
	f("value", string(rec.Value), "wire")
	f("type", header(rec, "ce_type"), "tillstream.member.changed.v1")
	f("source", header(rec, "ce_source"), source)
	f("stats source", r.Stats().Source, source)
	f("version", header(rec, "ce_specversion"), "1.0")
	f("content type", header(rec, "content-type"), "application/protobuf")
	at, err := time.Parse(time.RFC3339Nano, header(rec, "ce_time"))
	if err != nil || !at.Truncate(time.Millisecond).Equal(rec.Timestamp) {
		t.Errorf("ce_time is %v (%v), the record's time %v", at, err, rec.Timestamp)
	}
}

func TestTransactionsInterleave(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	first, second := connect(t, c.dsn), connect(t, c.dsn)
	exec := func(on int, sql string, args ...any) {
		t.Helper()
		conn := first
		if on == 2 {
			conn = second
		}
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	say := func(on int, n int) {
		t.Helper()
		exec(on, "SELECT pg_logical_emit_message(true, $1, $2::bytea)", event.PacketPrefix,
			event.AppendFrame(nil, event.Frame{Kind: event.KindStockMoved, Key: 1,
				Wire: []byte(strconv.Itoa(n))}))
	}
	exec(1, "BEGIN")
	exec(2, "BEGIN")
	say(1, 1)
	say(2, 2)
	say(1, 3)
	exec(2, "COMMIT")
	exec(2, "BEGIN")
	say(2, 4)
	exec(2, "ROLLBACK")
	exec(1, "COMMIT")

	var got string
	for _, rec := range c.consumer(t).await(t, 3) {
		got += string(rec.Value)
	}
	if got != "213" {
		t.Errorf("facts came as %s, want 213: by commit, then by index, nothing rolled back", got)
	}
}

func TestPoisonGoesToTheDeadLetters(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	conn := connect(t, c.dsn)
	good := func(name string) []byte {
		return event.AppendFrame(nil, event.Frame{Kind: event.KindStockMoved, Key: 1, Wire: []byte(name)})
	}
	unknown := event.AppendFrame(good("a"), event.Frame{Kind: 200, Key: 9, Wire: []byte("future")})
	unknown = append(unknown, good("b")...)
	huge := event.AppendFrame(nil, event.Frame{Kind: event.KindOrderPlaced, Key: 5,
		Wire: make([]byte, event.MaxBytes+1)})
	emit(t, conn, event.PacketPrefix, true, unknown, append(good("c"), 16, 2, 99, 'x'),
		append(huge, good("d")...))
	emit(t, conn, event.PacketPrefix, false, good("loose"))
	emit(t, conn, "somebody/1", true, []byte("not ours"))
	emit(t, conn, event.PacketPrefix, true, good("e"))

	type line struct{ topic, index, key, reason string }
	var got []line
	var facts string
	for _, rec := range c.consumer(t).await(t, 9) {
		if rec.Topic == string(event.TopicStock) {
			facts += string(rec.Value)
			continue
		}
		got = append(got, line{rec.Topic, header(rec, event.HeaderID)[17:], string(rec.Key),
			header(rec, cdc.HeaderReason)})
	}
	if facts != "abcde" {
		t.Errorf("the neighbours came as %q, want abcde", facts)
	}
	dead := string(event.TopicDeadLetter)
	want := []line{
		{dead, "00000001", "9", "unknown kind of event: 200"},
		{dead, "00000004", "", "event is malformed: packet of 8 bytes breaks at byte 4"},
		{dead, "00000005", "5", "event is too large: tillstream.order.placed.v1 has 1048577 bytes, " +
			"at most 1048576"},
		{dead, "00000000", "", "message is not part of a transaction"},
	}
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			t.Errorf("dead letter %d: got %+v, want %+v", i, got, w)
		}
	}
	if n := r.Stats().DeadLetters; n != 4 {
		t.Errorf("%d dead letters counted, want 4", n)
	}
}
