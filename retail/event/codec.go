package event

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
)

// MaxBytes bounds one encoded fact.
const MaxBytes = 1 << 20

// The reasons for which a record is not a fact. Each wraps into an error that names the values.
var (
	ErrUnknownKind = errors.New("unknown kind of event")
	// ErrNewerVersion is beside ErrUnknownKind when the kind is known in an earlier version.
	ErrNewerVersion = errors.New("newer version")
	ErrTooLarge     = errors.New("event is too large")
	ErrMalformed    = errors.New("event is malformed")
	ErrInvalid      = errors.New("event breaks a rule")
)

// Append appends the wire form of m to dst. The form is deterministic for one build of this
// program, which golden tests rely on.
func Append(dst []byte, m Message) ([]byte, error) {
	dst, err := proto.MarshalOptions{Deterministic: true}.MarshalAppend(dst, m)
	if err != nil {
		return dst, fmt.Errorf("cannot encode %T: %w", m, err)
	}
	return dst, nil
}

// Decode reads the wire form of a fact and checks what every consumer relies on: a store, a member
// or a SKU where the kind needs one, a time within [MinUnixUS, MaxUnixUS], amounts within ±MaxMoney.
// Unknown fields are kept, so an older consumer passes on what a newer producer wrote.
func Decode(kind Kind, wire []byte) (Message, error) {
	if !kind.Known() {
		return nil, fmt.Errorf("%w: %d", ErrUnknownKind, uint8(kind))
	}
	m := kinds[kind].make()
	if err := DecodeInto(kind, wire, m); err != nil {
		return nil, err
	}
	return m, nil
}

// DecodeInto is Decode into a message that the caller reuses.
func DecodeInto(kind Kind, wire []byte, m Message) error {
	if len(wire) > MaxBytes {
		return fmt.Errorf("%w: %s has %d bytes, at most %d", ErrTooLarge, kind, len(wire), MaxBytes)
	}
	if err := proto.Unmarshal(wire, m); err != nil {
		return fmt.Errorf("%w: %s: %v", ErrMalformed, kind, err)
	}
	if err := validate(m); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrInvalid, kind, err)
	}
	return nil
}
