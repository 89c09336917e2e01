package wire

import "time"

// Person is what a body may say of a member as a person; it is kept sealed.
type Person struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Birthday is a date such as 1990-05-31.
	Birthday string `json:"birthday,omitempty"`
	// Gender is female, male or other.
	Gender string `json:"gender,omitempty"`
	Body   *Body  `json:"body,omitempty"`
}

// Body are a member's measures.
type Body struct {
	HeightCM int    `json:"height_cm,omitempty"`
	WeightKG int    `json:"weight_kg,omitempty"`
	Top      string `json:"top,omitempty"`
	Bottom   string `json:"bottom,omitempty"`
	Shoe     string `json:"shoe,omitempty"`
}

// Registration is the body of POST /v1/members.
type Registration struct {
	UnionID string `json:"unionid"`
	// Code is the chain's own member number; "" has one made.
	Code string `json:"code,omitempty"`
	// Origin is the code of the store that wins the member.
	Origin    string `json:"origin,omitempty"`
	OptOut    bool   `json:"opt_out,omitempty"`
	Simulated bool   `json:"simulated,omitempty"`
	Person
	Consents []NewConsent `json:"consents,omitempty"`
}

// MemberChange is the body of PATCH /v1/members/{code}. What is left out stays, null or "" clears.
type MemberChange struct {
	UnionID  *string `json:"unionid,omitempty"`
	Origin   *string `json:"origin,omitempty"`
	Name     *string `json:"name,omitempty"`
	Phone    *string `json:"phone,omitempty"`
	Birthday *string `json:"birthday,omitempty"`
	Gender   *string `json:"gender,omitempty"`
	Body     *Body   `json:"body,omitempty"`
}

// NewConsent is the body of POST /v1/members/{code}/consents.
type NewConsent struct {
	// Purpose is terms, privacy, marketing, personalisation or body_data.
	Purpose string `json:"purpose"`
	// Granted is false for a refusal or a withdrawal.
	Granted bool `json:"granted"`
	// Version names the text that the member saw.
	Version string `json:"version"`
	Channel string `json:"channel"`
	// At defaults to the moment of arrival.
	At time.Time `json:"at,omitzero"`
}

// Consent is one decision on record.
type Consent struct {
	Purpose string    `json:"purpose"`
	Granted bool      `json:"granted"`
	Version string    `json:"version"`
	Channel string    `json:"channel"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
}

// MemberView shows a member.
type MemberView struct {
	Code string `json:"code"`
	// Origin is the code of the store that won the member.
	Origin string `json:"origin,omitempty"`
	// Name is masked unless everything was asked for; so are the rest of Person empty.
	Person
	PhoneLastFour string    `json:"phone_last_four,omitempty"`
	OptOut        bool      `json:"opt_out,omitempty"`
	Consents      []Consent `json:"consents"`
	RegisteredAt  time.Time `json:"registered_at,omitzero"`
	Simulated     bool      `json:"simulated,omitempty"`
	Version       int64     `json:"version"`
	// Replayed says that the person was a member before the registration.
	Replayed bool `json:"replayed,omitempty"`
}

// MemberQuery is the body of POST /v1/members/find; one of its fields is given.
type MemberQuery struct {
	Phone   string `json:"phone,omitempty"`
	UnionID string `json:"unionid,omitempty"`
}

// MembersFound answers a MemberQuery.
type MembersFound struct {
	Members []MemberView `json:"members"`
}

// ConsentTaken answers a NewConsent.
type ConsentTaken struct {
	// Replayed says that it had been recorded under its key before.
	Replayed bool `json:"replayed,omitempty"`
}

// Look says who saw everything personal of a member.
type Look struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// Erasure answers DELETE /v1/members/{code}.
type Erasure struct {
	// Pseudonym is the code under which the member's orders go on.
	Pseudonym string    `json:"pseudonym"`
	ErasedAt  time.Time `json:"erased_at"`
}
