package member

import (
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Person is what the chain may know of a member as a person. Everything in it is optional.
type Person struct {
	Name, Phone string
	// Birthday is a date such as 1990-05-31.
	Birthday string
	// Gender is female, male, other or empty.
	Gender string
	Body   Body
}

// Body are the measures that a fitting room or a mini-program took; the zero Body is unknown.
type Body struct {
	HeightCM int    `json:"height_cm,omitempty"`
	WeightKG int    `json:"weight_kg,omitempty"`
	Top      string `json:"top,omitempty"`
	Bottom   string `json:"bottom,omitempty"`
	Shoe     string `json:"shoe,omitempty"`
}

// Registration is what makes somebody a member.
type Registration struct {
	// UnionID is WeChat's name for the person across all of the chain's channels. Required.
	UnionID string
	// Code is the chain's own member number; "" has one made.
	Code string
	// Origin is the store that wins the member, 0 for none.
	Origin    retail.StoreID
	OptOut    bool
	Simulated bool
	Person
	// Consents are what the member agreed to on the way.
	Consents []Consent
	// By is the user who registers.
	By string
}

// Change says what to change of a member; nil leaves a field alone, an empty one clears it.
type Change struct {
	UnionID, Name, Phone, Birthday, Gender *string
	Body                                   *Body
	Origin                                 *retail.StoreID
}

// Member is a member as it is shown.
type Member struct {
	retail.Member
	// LastFour are the last digits of the phone.
	LastFour string
	// RegisteredAt is zero for a member who was only imported.
	RegisteredAt time.Time
	// Person is masked or empty, unless it was asked for.
	Person
	// Agrees are the newest decisions, one for each purpose that was ever decided, in their order.
	Agrees []Consent
}

// ErrNotFound says that there is no such member, or none that the scope shows.
var ErrNotFound = errors.New("no such member")

// ErrKeyReused says that the idempotency key was used for another consent.
var ErrKeyReused = errors.New("the key was used for another request")

// Invalid says which field breaks a rule. It never holds a personal value.
type Invalid struct{ Field, Reason string }

func (e *Invalid) Error() string { return fmt.Sprintf("%s %s", e.Field, e.Reason) }

// Taken says that another member has what must be unique.
type Taken struct{ Field string }

func (e *Taken) Error() string { return "another member has this " + e.Field }

// ErasedCode says that a code belonged to a member who was erased: nobody gets it again.
type ErasedCode struct{ Code string }

// ReasonErased is why a code is refused that belonged to an erased member.
const ReasonErased = "belongs to a member who was erased: register the person under a new code"

func (e *ErasedCode) Error() string { return fmt.Sprintf("code %q %s", e.Code, ReasonErased) }

// Look says who saw everything personal of a member, and when.
type Look struct {
	ID int64
	At time.Time
	By string
}

// Erasure is what is known of an erased member.
type Erasure struct {
	ID retail.MemberID
	// Pseudonym is the code under which the member's orders go on.
	Pseudonym string
	At        time.Time
}

// PseudonymPrefix begins the code of an erased member; no other code may begin with it.
const PseudonymPrefix = "erased-"
