package member

import (
	"context"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Sealed is a Person as it is stored; nil for what is not known.
type Sealed struct{ UnionID, Name, Phone, Birthday, Gender, Body []byte }

// Row is a member as it is stored.
type Row struct {
	retail.Member
	LastFour     string
	RegisteredAt time.Time
	Sealed       Sealed
	// Agrees are as in Member.
	Agrees []Consent
}

// Entry is a new member, ready to be stored.
type Entry struct {
	retail.Member
	UnionHash, CodeHash, PhoneHash []byte
	LastFour                       string
	Sealed                         Sealed
	Consents                       []Consent
	At                             time.Time
	By                             string
}

// Edit is a Change, ready to be stored; nil leaves a field alone, an empty one clears it.
type Edit struct {
	UnionHash, PhoneHash []byte
	LastFour             string
	Sealed               Sealed
	Origin               *retail.StoreID
	At                   time.Time
	By                   string
}

// Book stores members; oltp/postgres has it. Whatever a scope does not show is not found. Every change
// emits its event in its own transaction.
type Book interface {
	// NextID returns the id of a member that is about to be added.
	NextID(ctx context.Context) (retail.MemberID, error)
	// ByCode, ByUnion and ByPhone find members; the latter two by keyed hash.
	ByCode(ctx context.Context, s retail.Scope, code string) (*Row, error)
	ByUnion(ctx context.Context, s retail.Scope, hash []byte) (*Row, error)
	ByPhone(ctx context.Context, s retail.Scope, hash []byte, limit int) ([]Row, error)
	// Add stores a new member: *Taken or *ErasedCode when it cannot.
	Add(ctx context.Context, e *Entry) error
	// Change changes the member that has this id and, still, this code.
	Change(ctx context.Context, s retail.Scope, id retail.MemberID, code string, e *Edit) error
	// Consent adds a decision, once for each key. It reports whether the key had been used.
	Consent(ctx context.Context, s retail.Scope, code string, key order.Key, c *Consent) (replayed bool,
		err error)
	// Consents lists decisions, newest first, those before an id; 0 means all.
	Consents(ctx context.Context, s retail.Scope, code string, before int64, limit int) ([]Consent, error)
	// NoteLook notes that somebody is about to see everything personal of a member.
	NoteLook(ctx context.Context, s retail.Scope, id retail.MemberID, by string) error
	// Looks lists who did, newest first, those before an id; 0 means all.
	Looks(ctx context.Context, s retail.Scope, code string, before int64, limit int) ([]Look, error)
	// Erase removes everything personal of a member and destroys its key. One that was erased under this
	// code hash before is returned as it is.
	Erase(ctx context.Context, code string, codeHash []byte, by string) (*Erasure, error)
}
