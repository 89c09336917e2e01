package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// Wrapped is a data key as it is stored.
type Wrapped struct {
	// Master names the master key that wraps it.
	Master string
	// Key is empty for a key that was destroyed.
	Key []byte
}

// Owned is a stored data key with its owner.
type Owned struct {
	Owner
	Wrapped
}

// Keys is where the wrapped keys are stored; oltp/postgres has them.
type Keys interface {
	// Key returns the key of an owner; found is false for one that never had any.
	Key(ctx context.Context, o Owner) (w Wrapped, found bool, err error)
	// AddKey stores the first key of an owner. It returns the key that stands, which is another one
	// when somebody was first.
	AddKey(ctx context.Context, o Owner, w Wrapped) (Wrapped, error)
	// DestroyKey overwrites the key of an owner, and notes the erasure of one that had none.
	DestroyKey(ctx context.Context, o Owner) error
	// KeysBut returns at most n keys that are not wrapped by the named master key.
	KeysBut(ctx context.Context, master string, n int) ([]Owned, error)
	// ReplaceKey stores another wrapping of a key, unless it has changed since.
	ReplaceKey(ctx context.Context, o Owner, from, to Wrapped) error
}

// ErrErased says that the owner's key was destroyed: nothing of the owner can be read or kept any more.
var ErrErased = errors.New("the owner was erased")

// Config says what a Vault needs.
type Config struct {
	// Keys stores the wrapped keys. Required.
	Keys Keys
	// Masters wrap them. Required.
	Masters *Masters
	// MaxKeys bounds the unwrapped keys in memory, of about 1 KB each. Default 4,096.
	MaxKeys int
	// KeyLife is how long an unwrapped key stays in memory, and so how long another instance may still
	// read an erased owner's data. Default 30 s.
	KeyLife time.Duration
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Vault seals and opens. It may be used by many goroutines.
type Vault struct {
	cfg  Config
	held cache
}

// New returns a vault.
func New(cfg Config) *Vault {
	if cfg.MaxKeys <= 0 {
		cfg.MaxKeys = 4_096
	}
	if cfg.KeyLife <= 0 {
		cfg.KeyLife = 30 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Vault{cfg: cfg, held: cache{limit: cfg.MaxKeys, life: cfg.KeyLife, now: cfg.Now}}
}

// Seal seals a field of an owner, whose key it makes on first use. The field names the place, such as
// "phone": the same bytes do not open as another field.
func (v *Vault) Seal(ctx context.Context, o Owner, field string, plain []byte) ([]byte, error) {
	aead, err := v.key(ctx, o, true)
	if err != nil {
		return nil, fmt.Errorf("cannot seal %s of %s: %w", field, o, err)
	}
	return seal(aead, plain, o.bind("field", field)), nil
}

// Open returns what was sealed: ErrErased once the owner was erased, ErrBroken for other bytes than those.
func (v *Vault) Open(ctx context.Context, o Owner, field string, sealed []byte) ([]byte, error) {
	if _, _, err := parse(sealed); err != nil {
		return nil, fmt.Errorf("cannot open %s of %s: %w", field, o, err)
	}
	aead, err := v.key(ctx, o, false)
	if err != nil {
		return nil, fmt.Errorf("cannot open %s of %s: %w", field, o, err)
	}
	plain, err := open(aead, sealed, o.bind("field", field))
	if err != nil {
		return nil, fmt.Errorf("cannot open %s of %s: %w", field, o, err)
	}
	return plain, nil
}

// Destroy erases an owner: nothing that was sealed for it opens again, nothing new is sealed for it. An
// owner that is erased already stays so.
func (v *Vault) Destroy(ctx context.Context, o Owner) error {
	err := v.cfg.Keys.DestroyKey(ctx, o)
	v.held.drop(o)
	if err != nil {
		return fmt.Errorf("cannot destroy the key of %s: %w", o, err)
	}
	return nil
}

// Forget drops the unwrapped key of an owner from memory, for one whose key was destroyed elsewhere.
func (v *Vault) Forget(o Owner) { v.held.drop(o) }

// key returns the cipher of an owner, from memory or from storage.
func (v *Vault) key(ctx context.Context, o Owner, create bool) (cipher.AEAD, error) {
	aead, since := v.held.find(o)
	if aead != nil {
		return aead, nil
	}
	w, found, err := v.cfg.Keys.Key(ctx, o)
	if err == nil && !found {
		w, err = v.first(ctx, o, create)
	}
	if err != nil {
		return nil, err
	}
	if len(w.Key) == 0 {
		return nil, ErrErased
	}
	key, err := v.cfg.Masters.unwrap(o, w)
	if err != nil {
		return nil, err
	}
	if aead, err = newAEAD(key); err != nil {
		return nil, err
	}
	v.held.keep(o, aead, since)
	return aead, nil
}

// first makes the key of an owner. Of two that make one at once, both get the one that was stored.
func (v *Vault) first(ctx context.Context, o Owner, create bool) (Wrapped, error) {
	if !create {
		return Wrapped{}, fmt.Errorf("%w: the owner has no key", ErrBroken)
	}
	key := make([]byte, KeyBytes)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	return v.cfg.Keys.AddKey(ctx, o, v.cfg.Masters.wrap(o, key))
}

// rewrapBatch is how many keys Rewrap reads at once.
const rewrapBatch = 500

// Rewrap puts every data key under the current master key and returns how many it moved. The sealed data
// stays as it is, and other instances may work meanwhile, if they were given both master keys.
func (v *Vault) Rewrap(ctx context.Context, progress func(done int)) (int, error) {
	done := 0
	for {
		batch, err := v.cfg.Keys.KeysBut(ctx, v.cfg.Masters.current, rewrapBatch)
		if err != nil {
			return done, fmt.Errorf("cannot list the keys to wrap anew: %w", err)
		}
		if len(batch) == 0 {
			return done, nil
		}
		for _, old := range batch {
			key, err := v.cfg.Masters.unwrap(old.Owner, old.Wrapped)
			if err != nil {
				return done, err
			}
			fresh := v.cfg.Masters.wrap(old.Owner, key)
			if err := v.cfg.Keys.ReplaceKey(ctx, old.Owner, old.Wrapped, fresh); err != nil {
				return done, fmt.Errorf("cannot wrap the key of %s anew: %w", old.Owner, err)
			}
			done++
		}
		if progress != nil {
			progress(done)
		}
	}
}
