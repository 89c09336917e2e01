package member

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Purpose is what a member may agree to. The values are stored: they never change.
type Purpose uint8

// The purposes.
const (
	// Terms are the rules of the membership.
	Terms Purpose = 1
	// Privacy is the policy on personal data.
	Privacy Purpose = 2
	// Marketing covers messages that advertise.
	Marketing Purpose = 3
	// Personalisation covers recommendations that use what the member bought and looked at.
	Personalisation Purpose = 4
	// BodyData covers keeping the member's measures.
	BodyData Purpose = 5
)

// PurposeNames lists the names of all purposes.
const PurposeNames = "terms, privacy, marketing, personalisation, body_data"

var purposeNames = [...]string{Terms: "terms", Privacy: "privacy", Marketing: "marketing",
	Personalisation: "personalisation", BodyData: "body_data"}

// String names the purpose as in the API.
func (p Purpose) String() string {
	if int(p) < len(purposeNames) {
		return purposeNames[p]
	}
	return ""
}

// ParsePurpose finds a purpose by its name.
func ParsePurpose(name string) (Purpose, bool) {
	for p, known := range purposeNames {
		if known == name && name != "" {
			return Purpose(p), true
		}
	}
	return 0, false
}

// Consent is one decision of a member. Of several for one purpose the newest counts.
type Consent struct {
	ID      int64
	Purpose Purpose
	// Granted is false for a refusal or a withdrawal.
	Granted bool
	// Version names the text that the member saw.
	Version string
	Channel retail.Channel
	// At is when the member decided, By the user who recorded it.
	At time.Time
	By string
}

// Agrees reports whether the newest decision for the purpose is a consent.
func Agrees(consents []Consent, p Purpose) bool {
	for _, c := range consents {
		if c.Purpose == p {
			return c.Granted
		}
	}
	return false
}
