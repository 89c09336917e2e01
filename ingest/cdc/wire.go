package cdc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// errProtocol says that the database sent what its protocol does not allow.
var errProtocol = errors.New("replication message is malformed")

// The messages of pgoutput that matter here; the others belong to tables, of which the publication
// has none.
const (
	tagBegin   = 'B'
	tagCommit  = 'C'
	tagMessage = 'M'
)

// The two messages of the replication stream that wrap or stand beside those of pgoutput.
const (
	tagData      = 'w'
	tagKeepalive = 'k'
)

// postgresEpoch is 2000-01-01T00:00:00Z in microseconds since 1970.
const postgresEpoch = 946_684_800_000_000

// walData is one message of pgoutput; payload aliases the network buffer.
type walData struct {
	payload []byte
}

type keepalive struct {
	walEnd uint64
	// reply is set when the server wants a status at once.
	reply bool
}

type begin struct {
	// final is the position of the transaction's commit record: the identity of its facts.
	final uint64
	at    time.Time
}

type commit struct {
	// end is the position behind the transaction: what is confirmed.
	end uint64
}

type message struct {
	transactional bool
	lsn           uint64
	prefix        []byte
	content       []byte // aliases the network buffer
}

// The decoders below replace those of pglogrepl: they neither allocate per message nor trust the
// lengths inside it.

func decodeData(b []byte) (walData, error) {
	if len(b) < 25 {
		return walData{}, short("WAL data", b, 25)
	}
	return walData{payload: b[25:]}, nil
}

func decodeKeepalive(b []byte) (keepalive, error) {
	if len(b) < 18 {
		return keepalive{}, short("keepalive", b, 18)
	}
	return keepalive{walEnd: binary.BigEndian.Uint64(b[1:]), reply: b[17] != 0}, nil
}

func decodeBegin(b []byte) (begin, error) {
	if len(b) < 21 {
		return begin{}, short("begin", b, 21)
	}
	return begin{
		final: binary.BigEndian.Uint64(b[1:]),
		at:    time.UnixMicro(int64(binary.BigEndian.Uint64(b[9:])) + postgresEpoch).UTC(),
	}, nil
}

func decodeCommit(b []byte) (commit, error) {
	if len(b) < 26 {
		return commit{}, short("commit", b, 26)
	}
	return commit{end: binary.BigEndian.Uint64(b[10:])}, nil
}

func decodeMessage(b []byte) (message, error) {
	const head = 10 // tag, flags, position
	if len(b) < head {
		return message{}, short("message", b, head)
	}
	m := message{transactional: b[1]&1 == 1, lsn: binary.BigEndian.Uint64(b[2:])}
	prefix, rest, ok := bytes.Cut(b[head:], []byte{0})
	if !ok || len(rest) < 4 {
		return message{}, fmt.Errorf("%w: message of %d bytes ends in its prefix", errProtocol, len(b))
	}
	size := binary.BigEndian.Uint32(rest)
	if uint64(size) > uint64(len(rest)-4) {
		return message{}, fmt.Errorf("%w: message announces %d bytes and holds %d", errProtocol, size,
			len(rest)-4)
	}
	m.prefix, m.content = prefix, rest[4:4+size]
	return m, nil
}

func short(what string, b []byte, want int) error {
	return fmt.Errorf("%w: %s has %d bytes, want at least %d", errProtocol, what, len(b), want)
}
