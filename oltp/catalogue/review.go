package catalogue

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strings"

	"github.com/tillstream/tillstream/retail"
)

// The bounds of what is said and shown of goods.
const (
	// MaxMedia bounds the media of one style or SKU.
	MaxMedia = 50
	// MaxURL bounds the address of a medium, in bytes.
	MaxURL = 2_048
	// MaxPixels bounds the width and the height of a medium.
	MaxPixels = 100_000
	// MaxReview bounds the words of a review, in letters.
	MaxReview = 2_000
)

// What may be wrong with reviews and media as a whole.
var (
	// ErrUnknown says that there is no such style, SKU or review.
	ErrUnknown = errors.New("there is no such style, SKU or review")
	// ErrReviewed says that the line of the order has a review.
	ErrReviewed = errors.New("the purchase was reviewed before")
	// ErrKeyReused says that the key was used for another review.
	ErrKeyReused = errors.New("the key was used for another review")
)

// Subject is the style or the SKU that media show.
type Subject struct {
	// Style says that Code is a style's.
	Style bool
	Code  string
}

// Gallery keeps the media of styles and SKUs.
type Gallery interface {
	// PutMedia replaces the media of a subject; the first picture is what it is shown with.
	PutMedia(ctx context.Context, of Subject, media []retail.Media) error
	// Media lists them in their order.
	Media(ctx context.Context, of Subject) ([]retail.Media, error)
}

// NewReview asks to post a review.
type NewReview struct {
	// Key makes repeating the request harmless.
	Key [16]byte
	// The Order, Line, Member, Stars, Text and Posted of the review count.
	retail.Review
}

// Hash tells a repeated request from another one under the same key.
func (r *NewReview) Hash() int64 {
	h := fnv.New64a()
	fmt.Fprint(h, r.Order, ' ', r.Line, ' ', r.Member, ' ', r.Stars, ' ', r.Text)
	return int64(h.Sum64())
}

// Critic keeps reviews, and the ratings of SKUs and styles in step with them.
type Critic interface {
	// Post records a review of something that its member bought, and reports whether it was recorded
	// before under the same key.
	Post(ctx context.Context, r *NewReview) (posted retail.Review, replayed bool, err error)
	// Judge lets everybody read a review, or nobody.
	Judge(ctx context.Context, id retail.ReviewID, state retail.ReviewState) (retail.Review, error)
	// Reviews lists reviews that the scope sees before an id, the newest first.
	Reviews(ctx context.Context, scope retail.Scope, f ReviewFilter, before retail.ReviewID, limit int) (
		[]retail.Review, error)
}

// ReviewFilter says which reviews a list holds; zero fields let everything through.
type ReviewFilter struct {
	SKU retail.SKUID
	// Style is a code.
	Style string
	State retail.ReviewState
}

// CheckMedia says which rule a medium breaks. hosts are those that media may be kept at.
func CheckMedia(m *retail.Media, hosts []string) error {
	var c check
	c.rule(m.Kind >= retail.Picture && m.Kind <= retail.Model, "kind", "", "is missing")
	c.rule(len(m.URL) <= MaxURL, "url", "", "is longer than 2048 bytes")
	c.rule(clean(m.URL), "url", "", "holds invalid UTF-8 or control characters")
	at, err := url.Parse(m.URL)
	c.rule(err == nil, "url", m.URL[:min(len(m.URL), MaxCode)], "is no address")
	if err == nil {
		c.rule(at.Scheme == "https" && at.User == nil, "url", at.Scheme, "is not a plain https address")
		c.rule(slices.Contains(hosts, strings.ToLower(at.Host)), "url", at.Host,
			"is at a host that media may not be kept at")
	}
	sum, err := hex.DecodeString(m.SHA256)
	c.rule(err == nil && len(sum) == 32, "sha256", "", "is not 64 hexadecimal digits")
	flat := m.Kind != retail.Model
	c.rule(m.Width >= 0 && m.Width <= MaxPixels && (m.Width > 0 || !flat), "width", fmt.Sprint(m.Width),
		"is not 1 to 100000")
	c.rule(m.Height >= 0 && m.Height <= MaxPixels && (m.Height > 0 || !flat), "height",
		fmt.Sprint(m.Height), "is not 1 to 100000")
	c.name("alt", m.Alt)
	c.name("alt_en", m.AltEN)
	return c.err
}

// CheckBought says why a line of an order is not something that the member may review.
func CheckBought(r *NewReview, by retail.MemberID, kind retail.LineKind, paid bool,
	state retail.OrderState) error {
	var c check
	c.rule(by == r.Member, "member", "", "did not place the order")
	c.rule(kind == retail.Sale, "line", fmt.Sprint(r.Line), "is no sale")
	c.rule(paid && state != retail.Cancelled, "order", fmt.Sprint(r.Order), "is not paid")
	return c.err
}
