package letter

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// The headers that a dead letter has beside those of the record that died.
const (
	// HeaderReason says why the record is no fact.
	HeaderReason = "tillstream_reason"
	// HeaderTopic, HeaderPartition and HeaderOffset say where the record lay.
	HeaderTopic     = "tillstream_topic"
	HeaderPartition = "tillstream_partition"
	HeaderOffset    = "tillstream_offset"
	// HeaderBytes is the length of the value before it was cut.
	HeaderBytes = "tillstream_bytes"
	// HeaderStage names the part of the program that refused the record, unless it was the stream.
	HeaderStage = "tillstream_stage"
)

// The headers that a letter bears when it is sent again.
const (
	// HeaderLetter is the letter's ID.
	HeaderLetter = "tillstream_letter"
	// HeaderOriginSource and HeaderOriginID are the identity that the record had at first.
	HeaderOriginSource = "tillstream_origin_source"
	HeaderOriginID     = "tillstream_origin_id"
)

// Letter is a dead letter as it is listed.
type Letter struct {
	// ID names the letter. Copies that a repeated batch or a repeating relay has sent share it.
	ID string `json:"id"`
	// Topic, Partition and Offset are where the record lay. What the relay refused never lay anywhere:
	// then Topic is where it was to go, "" if unknown, and the others are -1.
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	// Stage is who refused it: "stream" or "cdc".
	Stage string `json:"stage"`
	// Source and Position are the record's identity, Type its kind; "" where the header is missing.
	Source   string `json:"source"`
	Position string `json:"position"`
	Type     string `json:"type"`
	// Reason says why it died.
	Reason string `json:"reason"`
	// At is when the log took the record.
	At time.Time `json:"time"`
	// Bytes is the length of the value; Cut says that the letter holds only the start of it.
	Bytes int  `json:"bytes"`
	Cut   bool `json:"cut,omitempty"`
	// Copies is how often the letter lies in the topic.
	Copies int `json:"copies"`

	// place is where the first copy lies in the dead-letter topic.
	place place
}

// place is a partition of the dead-letter topic and an offset there.
type place struct {
	partition int32
	offset    int64
}

// headers of a record by name; a name that comes twice counts as it comes last.
type headers map[string]string

func headersOf(r *kafka.Record) headers {
	h := make(headers, len(r.Headers))
	for i := range r.Headers {
		h[r.Headers[i].Key] = string(r.Headers[i].Value)
	}
	return h
}

// number reads a decimal header, -1 if there is none.
func (h headers) number(name string) int64 {
	n, err := strconv.ParseInt(h[name], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// read makes a letter of a record of the dead-letter topic.
func read(r *kafka.Record) Letter {
	h := headersOf(r)
	l := Letter{
		Topic: h[HeaderTopic], Partition: int32(h.number(HeaderPartition)), Offset: h.number(HeaderOffset),
		Stage: h[HeaderStage], Source: h[event.HeaderSource], Position: h[event.HeaderID],
		Type: h[event.HeaderType], Reason: h[HeaderReason], At: r.Timestamp.UTC(),
		Bytes: len(r.Value), Copies: 1, place: place{r.Partition, r.Offset},
	}
	if n := h.number(HeaderBytes); n > int64(l.Bytes) {
		l.Bytes, l.Cut = int(n), true
	}
	l.ID = identity{l.Source, l.Position, l.Topic, l.Partition, l.Offset, r.Value}.String()
	if l.Stage == "" {
		l.Stage = "stream"
	}
	if l.Topic == "" {
		kind, _ := kindOf(l.Type)
		l.Topic = string(kind.Topic())
	}
	return l
}

// identity is what makes a letter the same as another. Where the record bore its source and position
// they name it together with its bytes, for it may lie in the log twice; else only its place does.
type identity struct {
	source, position, topic string
	partition               int32
	offset                  int64
	value                   []byte
}

// sum is the binary form of an ID.
type sum [8]byte

func (i identity) sum() (s sum) {
	h := sha256.New()
	text := func(b []byte) {
		h.Write(binary.AppendUvarint(nil, uint64(len(b))))
		h.Write(b)
	}
	for _, s := range []string{i.source, i.position, i.topic} {
		text([]byte(s))
	}
	text(i.value)
	if i.source == "" || i.position == "" {
		h.Write(binary.AppendVarint(binary.AppendVarint(nil, int64(i.partition)), i.offset))
	}
	copy(s[:], h.Sum(nil))
	return s
}

func (i identity) String() string {
	s := i.sum()
	return hex.EncodeToString(s[:])
}
