package letter

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The actions of a resolution.
const (
	// Retry sends the letter again, under the number of its resolution.
	Retry = "retry"
	// Drop gives the letter up.
	Drop = "drop"
	// sent says that all retries with lower numbers than Through have been sent.
	sent = "sent"
)

// Resolution is what was decided about a letter, as the resolution topic keeps it: who, when, why.
type Resolution struct {
	// Number is the offset of the record.
	Number int64 `json:"-"`
	// Action is Retry or Drop.
	Action string `json:"action"`
	// Letter is the letter's ID; Partition and Offset say where a copy lies.
	Letter    string `json:"letter,omitempty"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	// Through belongs to the action sent.
	Through int64 `json:"through,omitempty"`
	// By, At and Why are for the record.
	By  string    `json:"by,omitempty"`
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"`
}

// ErrResolution says that a record of the resolution topic cannot be read.
var ErrResolution = errors.New("the resolution cannot be read")

// maxWhyBytes bounds By and Why.
const maxWhyBytes = 1 << 10

func (r Resolution) encode() ([]byte, error) {
	if len(r.Why) > maxWhyBytes || len(r.By) > maxWhyBytes {
		return nil, fmt.Errorf("cannot keep a reason of %d bytes: at most %d", max(len(r.Why), len(r.By)),
			maxWhyBytes)
	}
	return json.Marshal(r)
}

// decodeResolution reads a record of the resolution topic. An action of a later version is an error:
// going on without it could send a letter twice.
func decodeResolution(b []byte, number int64) (Resolution, error) {
	var r Resolution
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("%w: number %d: %v", ErrResolution, number, err)
	}
	r.Number = number
	switch {
	case r.Action == sent && r.Through >= 0 && r.Through <= number:
		return r, nil
	case (r.Action == Retry || r.Action == Drop) && len(r.Letter) == 16 && r.Partition >= 0 &&
		r.Offset >= 0:
		return r, nil
	}
	return r, fmt.Errorf("%w: number %d: action %q of letter %q", ErrResolution, number, r.Action, r.Letter)
}

// book is everything that the resolution topic says: the first decision about each letter counts.
type book struct {
	resolved map[string]Resolution
	// retries are those that count, in the order of their numbers.
	retries []Resolution
	// sentBelow: every retry with a lower number has been sent.
	sentBelow int64
}

// maxResolutions bounds a book: about 200 bytes each.
const maxResolutions = 2_000_000

func (b *book) add(r Resolution) error {
	if r.Action == sent {
		b.sentBelow = max(b.sentBelow, r.Through)
		return nil
	}
	if _, decided := b.resolved[r.Letter]; decided {
		return nil
	}
	if len(b.resolved) == maxResolutions {
		return fmt.Errorf("cannot hold more than %d resolutions", maxResolutions)
	}
	b.resolved[r.Letter] = r
	if r.Action == Retry {
		b.retries = append(b.retries, r)
	}
	return nil
}

// open returns the retries that may not have been sent, in the order of their numbers.
func (b *book) open() []Resolution {
	for i, r := range b.retries {
		if r.Number >= b.sentBelow {
			return b.retries[i:]
		}
	}
	return nil
}
