package cdc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
	"time"
)

func wireBegin(final uint64, at time.Time) []byte {
	b := binary.BigEndian.AppendUint64([]byte{tagBegin}, final)
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()-postgresEpoch))
	return binary.BigEndian.AppendUint32(b, 7)
}

func wireCommit(end uint64) []byte {
	b := binary.BigEndian.AppendUint64([]byte{tagCommit, 0}, end-8)
	b = binary.BigEndian.AppendUint64(b, end)
	return binary.BigEndian.AppendUint64(b, 0)
}

func wireMessage(flags byte, lsn uint64, prefix string, content []byte) []byte {
	b := binary.BigEndian.AppendUint64([]byte{tagMessage, flags}, lsn)
	b = append(append(b, prefix...), 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(content)))
	return append(b, content...)
}

func TestDecodersReadWhatPostgresSends(t *testing.T) {
	at := time.Date(2026, 7, 1, 2, 3, 4, 5000, time.UTC)
	if b, err := decodeBegin(wireBegin(99, at)); err != nil || b.final != 99 || !b.at.Equal(at) {
		t.Errorf("begin: %+v, %v", b, err)
	}
	if c, err := decodeCommit(wireCommit(120)); err != nil || c.end != 120 {
		t.Errorf("commit: %+v, %v", c, err)
	}
	m, err := decodeMessage(wireMessage(1, 5, "p/1", []byte("hello")))
	if err != nil || !m.transactional || m.lsn != 5 || string(m.prefix) != "p/1" ||
		string(m.content) != "hello" {
		t.Errorf("message: %+v, %v", m, err)
	}
	k, err := decodeKeepalive(append(binary.BigEndian.AppendUint64([]byte{tagKeepalive}, 77),
		0, 0, 0, 0, 0, 0, 0, 0, 1))
	if err != nil || k.walEnd != 77 || !k.reply {
		t.Errorf("keepalive: %+v, %v", k, err)
	}
}

func TestDecodersRefuseEveryTruncation(t *testing.T) {
	f := func(whole []byte, decode func([]byte) error) {
		t.Helper()
		if err := decode(whole); err != nil {
			t.Errorf("whole: %v", err)
		}
		for n := range whole {
			if err := decode(whole[:n]); !errors.Is(err, errProtocol) {
				t.Errorf("%d of %d bytes: got %v", n, len(whole), err)
			}
		}
	}
	f(wireBegin(1, time.Now()), func(b []byte) error { _, err := decodeBegin(b); return err })
	f(wireCommit(9), func(b []byte) error { _, err := decodeCommit(b); return err })
	f(wireMessage(1, 1, "tillstream/1", []byte("xyz")),
		func(b []byte) error { _, err := decodeMessage(b); return err })
	f(make([]byte, 18), func(b []byte) error { _, err := decodeKeepalive(b); return err })
	f(make([]byte, 25), func(b []byte) error { _, err := decodeData(b); return err })
}

func FuzzDecodeMessage(f *testing.F) {
	f.Add(wireMessage(1, 5, "tillstream/1", []byte("hello")))
	f.Add(wireMessage(0, 5, "", nil))
	f.Add([]byte{'M', 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMessage(b)
		if err != nil {
			return
		}
		flags := byte(0)
		if m.transactional {
			flags = 1
		}
		again := wireMessage(flags, m.lsn, string(m.prefix), m.content)
		if !bytes.Equal(again[2:], b[2:len(again)]) {
			t.Errorf("%x decodes to what encodes as %x", b, again)
		}
	})
}
