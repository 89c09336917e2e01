package train

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/models/session"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// Source is where models are read back: a shelf.Shelf.
type Source interface {
	// Versions returns the newest versions of a model, the newest first.
	Versions(ctx context.Context, model string, counting bool, most int) ([]shelf.Version, error)
	Blob(ctx context.Context, k shelf.Key, name string) ([]byte, error)
}

// Served are the lists of the versions that count, by model.
type Served struct {
	// Version is another one whenever a list is.
	Version uint64
	Lists   map[string]*Lists
	// Rules are those about baskets, nil without. Visits is the index of visits as bytes, whose goods are
	// those of the lists of Session; nil without.
	Rules  *rule.Set
	Visits []byte
	// Ease is the closed form of what members like, as bytes, whose goods are those of the lists of Factors;
	// nil for a catalogue that is too large for it.
	Ease []byte
}

// older is how many versions before the newest are tried where it cannot be read.
const older = 3

// answering are the models that answers are made of.
func answering() []string {
	return []string{Popularity, Rules, Neighbours, Session, Cold, Factors, NextBasket}
}

// Load reads what is served of all models that were published, unless their version is the one that is
// there: then it returns nil. Where the newest of a model cannot be read, an older one stands in; the error
// says so, and what could be read is returned with it.
func Load(ctx context.Context, from Source, have uint64) (*Served, error) {
	known := map[string][]shelf.Version{}
	var wanted []shelf.Key
	for _, model := range answering() {
		all, err := from.Versions(ctx, model, true, older)
		if err != nil {
			return nil, err
		}
		if known[model] = all; len(all) > 0 {
			wanted = append(wanted, all[0].Key)
		}
	}
	if len(wanted) == 0 || mark(wanted) == have {
		return nil, nil
	}
	s := &Served{Lists: map[string]*Lists{}}
	var got []shelf.Key
	var failed error
	for _, model := range answering() {
		for _, v := range known[model] {
			err := s.read(ctx, from, v.Key)
			if err == nil {
				got = append(got, v.Key)
				break
			}
			failed = errors.Join(failed, err)
		}
	}
	if s.Version = mark(got); len(got) == 0 || s.Version == have {
		return nil, failed
	}
	return s, failed
}

// LoadOutfits and LoadSizes read what is learnt from clothes, unless the version that counts is the one that
// is there: then they return nil. Where the newest cannot be read, an older one stands in; the error says so.
func LoadOutfits(ctx context.Context, from Source, have int64) (*outfit.Model, int64, error) {
	return loadOne(ctx, from, shelf.Key{Model: Outfits, Version: have}, outfitsBlob, outfit.Decode)
}

// LoadSizes is like LoadOutfits.
func LoadSizes(ctx context.Context, from Source, have int64) (*outfit.Sizes, int64, error) {
	return loadOne(ctx, from, shelf.Key{Model: Sizes, Version: have}, sizesBlob, outfit.DecodeSizes)
}

func loadOne[T any](ctx context.Context, from Source, have shelf.Key, name string,
	decode func([]byte) (*T, error)) (*T, int64, error) {
	all, err := from.Versions(ctx, have.Model, true, older)
	if err != nil {
		return nil, have.Version, err
	}
	var failed error
	for _, v := range all {
		if v.Version == have.Version {
			break
		}
		frame, err := from.Blob(ctx, v.Key, name)
		if err == nil {
			var m *T
			if m, err = decode(frame); err == nil {
				return m, v.Version, failed
			}
		}
		failed = errors.Join(failed, err)
	}
	return nil, have.Version, failed
}

// read takes what one version has: nothing, or all of it.
func (s *Served) read(ctx context.Context, from Source, k shelf.Key) error {
	if k.Model == Rules {
		frame, err := from.Blob(ctx, k, setBlob)
		if err == nil {
			s.Rules, err = DecodeRules(frame)
		}
		return err
	}
	frame, err := from.Blob(ctx, k, listsBlob)
	if err != nil {
		return err
	}
	lists, err := DecodeLists(frame)
	if err != nil {
		return err
	}
	if k.Model == Session {
		index, err := from.Blob(ctx, k, indexBlob)
		if err == nil {
			_, err = session.Decode(index, len(lists.Items), session.Config{Sessions: 1})
		}
		if err != nil {
			return err
		}
		s.Visits = index
	}
	if k.Model == Factors {
		ease, err := from.Blob(ctx, k, easeBlob)
		if err == nil {
			_, err = factor.DecodeEase(ease)
		}
		if err != nil && !errors.Is(err, shelf.ErrAbsent) {
			return err
		}
		s.Ease = ease
	}
	s.Lists[k.Model] = lists
	return nil
}

// mark is a number that differs for other versions; never 0.
func mark(keys []shelf.Key) uint64 {
	var b []byte
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint64(append(b, k.Model...), uint64(k.Version))
	}
	return xxhash.Sum64(b) | 1
}
