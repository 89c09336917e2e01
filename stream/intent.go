package stream

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// state is what the group knows of a partition: it travels as the metadata of the offset commit. The
// offset of the commit is from. Without an open intent everything before from is in the warehouse;
// with one, everything before from, and perhaps some or all tables of the batch [from, to).
type state struct {
	from  int64
	marks []mark
	// open says that the batch [from, to) may have been written.
	open        bool
	to          int64
	layout      uint32
	fingerprint uint64
	// past is what rewinds have left.
	past past
}

// past is what rewinds have left in the state of a partition.
type past struct {
	// generation counts the rewinds. It is part of the insert tokens: after a rewind batches are
	// written that may have had the same range before.
	generation uint32
	// replayTo ends the offsets that are read again: below it, records with a letter are passed over.
	replayTo int64
	// months is set while a rewind is under way: then facts may be deleted in part, and nobody may
	// go on before it has ended.
	months *Months
}

// Months are the months of business days, such as 202603, whose facts a rewind deletes; both are 0 when
// it deletes none.
type Months struct{ First, Last uint32 }

// The flags of a state's text form.
const (
	flagOpen = 1 << iota
	flagPast
	flagUnderWay
)

// statePrefix tells our metadata from anybody else's; its digit is the version of the form.
const statePrefix = "ts1."

var (
	errForeignState = errors.New("the metadata is not this program's")
	errBrokenState  = errors.New("the metadata is damaged")
)

var crcTable = crc32.MakeTable(crc32.Castagnoli)

// encode returns the text form: the prefix, then in base64 from, the flags, the intent, the past, the
// marks and a checksum. With MaxSources marks it stays below 3 KiB; brokers accept 4 KiB.
func (s *state) encode() string {
	b := binary.AppendUvarint(nil, uint64(s.from))
	b = append(b, s.flags())
	if s.open {
		b = binary.AppendUvarint(b, uint64(s.to-s.from))
		b = binary.AppendUvarint(b, uint64(s.layout))
		b = binary.BigEndian.AppendUint64(b, s.fingerprint)
	}
	b = s.past.append(b)
	b = binary.AppendUvarint(b, uint64(len(s.marks)))
	for _, m := range s.marks {
		b = binary.BigEndian.AppendUint64(b, m.source)
		b = binary.AppendUvarint(b, m.at.Commit)
		b = binary.AppendUvarint(b, uint64(m.at.Index))
	}
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, crcTable))
	return statePrefix + base64.RawURLEncoding.EncodeToString(b)
}

func (s *state) flags() (flags byte) {
	if s.open {
		flags |= flagOpen
	}
	if s.past != (past{}) {
		flags |= flagPast
	}
	if s.past.months != nil {
		flags |= flagUnderWay
	}
	return flags
}

func (p past) append(b []byte) []byte {
	if p == (past{}) {
		return b
	}
	b = binary.AppendUvarint(b, uint64(p.generation))
	b = binary.AppendUvarint(b, uint64(p.replayTo))
	if p.months != nil {
		b = binary.AppendUvarint(b, uint64(p.months.First))
		b = binary.AppendUvarint(b, uint64(p.months.Last))
	}
	return b
}

// decodeState reads the text form.
func decodeState(text string) (state, error) {
	body, ours := strings.CutPrefix(text, statePrefix)
	if !ours {
		return state{}, fmt.Errorf("%w: %.40q", errForeignState, text)
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || len(raw) < 4 {
		return state{}, fmt.Errorf("%w: not base64", errBrokenState)
	}
	raw, sum := raw[:len(raw)-4], binary.BigEndian.Uint32(raw[len(raw)-4:])
	if crc32.Checksum(raw, crcTable) != sum {
		return state{}, fmt.Errorf("%w: wrong checksum", errBrokenState)
	}
	r := stateReader{rest: raw}
	s := r.state()
	if r.failed || len(r.rest) > 0 {
		return state{}, fmt.Errorf("%w: %d bytes do not parse", errBrokenState, len(raw))
	}
	return s, nil
}

// stateReader takes fields off the front; after a failure it yields zeros.
type stateReader struct {
	rest   []byte
	failed bool
}

func (r *stateReader) state() state {
	s := state{from: int64(r.uvarint(1 << 62))}
	flags := r.uvarint(flagOpen | flagPast | flagUnderWay)
	if flags&flagOpen != 0 {
		s.open = true
		s.to = s.from + int64(r.uvarint(1<<62))
		s.layout = uint32(r.uvarint(1<<32 - 1))
		s.fingerprint = r.fixed()
		r.failed = r.failed || s.to <= s.from
	}
	s.past = r.past(flags)
	n := r.uvarint(MaxSources)
	for range n {
		if r.failed {
			return state{}
		}
		m := mark{source: r.fixed()}
		m.at.Commit = r.uvarint(1<<64 - 1)
		m.at.Index = uint32(r.uvarint(1<<32 - 1))
		s.marks = append(s.marks, m)
	}
	return s
}

func (r *stateReader) past(flags uint64) (p past) {
	if flags&flagPast != 0 {
		p.generation = uint32(r.uvarint(1<<32 - 1))
		p.replayTo = int64(r.uvarint(1 << 62))
	}
	if flags&flagUnderWay != 0 {
		p.months = &Months{uint32(r.uvarint(1<<32 - 1)), uint32(r.uvarint(1<<32 - 1))}
	}
	r.failed = r.failed || (flags&flagPast != 0) != (p != past{})
	return p
}

func (r *stateReader) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > most {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *stateReader) fixed() uint64 {
	if len(r.rest) < 8 {
		r.failed, r.rest = true, nil
		return 0
	}
	v := binary.BigEndian.Uint64(r.rest)
	r.rest = r.rest[8:]
	return v
}
