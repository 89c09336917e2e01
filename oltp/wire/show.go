package wire

import (
	"math"
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Medium is a picture, a film or a 3D model, kept elsewhere.
type Medium struct {
	// Kind is the name of a retail.MediaKind.
	Kind string `json:"kind"`
	URL  string `json:"url"`
	// SHA256 is the hash of the bytes, in hexadecimal.
	SHA256 string `json:"sha256"`
	// Width and Height are pixels; a model has none.
	Width  int32  `json:"width,omitempty"`
	Height int32  `json:"height,omitempty"`
	Alt    string `json:"alt,omitempty"`
	AltEN  string `json:"alt_en,omitempty"`
}

// Media is the body of PUT /v1/styles/{code}/media and PUT /v1/products/{code}/media, and what GET
// answers.
type Media struct {
	// Media stand in the order in which they are shown.
	Media []Medium `json:"media"`
}

// Rating sums up the reviews that everybody may read.
type Rating struct {
	Count int64 `json:"count"`
	// Stars is the sum of what they gave.
	Stars int64 `json:"stars"`
	// Average is Stars by Count, with two decimals.
	Average float64 `json:"average"`
}

// ShownProduct is a row of GET /v1/products.
type ShownProduct struct {
	Product
	// Image is the address of the first picture.
	Image  string  `json:"image,omitempty"`
	Rating *Rating `json:"rating,omitempty"`
}

// ShownStyle is a row of GET /v1/styles.
type ShownStyle struct {
	Style
	// Image is the address of the first picture.
	Image  string  `json:"image,omitempty"`
	Rating *Rating `json:"rating,omitempty"`
}

// NewReview is the body of POST /v1/reviews.
type NewReview struct {
	// Order and Line are what was bought, Member the code of who bought it.
	Order  int64  `json:"order"`
	Line   int    `json:"line"`
	Member string `json:"member"`
	// Rating is 1 to 5.
	Rating int    `json:"rating"`
	Text   string `json:"text,omitempty"`
}

// Review is a review as it is kept.
type Review struct {
	ID  int64  `json:"id"`
	SKU string `json:"sku"`
	// Store, Member, Order and Line are shown to headquarters alone.
	Store  string `json:"store,omitempty"`
	Member string `json:"member,omitempty"`
	Order  int64  `json:"order,omitempty"`
	Line   int    `json:"line,omitempty"`
	Rating int    `json:"rating"`
	Text   string `json:"text,omitempty"`
	// State is the name of a retail.ReviewState.
	State    string    `json:"state"`
	PostedAt time.Time `json:"posted_at"`
	// Replayed says that the request had taken effect before.
	Replayed bool `json:"replayed,omitempty"`
}

// Judgement is the body of PUT /v1/reviews/{id}/state.
type Judgement struct {
	// State is approved or hidden.
	State string `json:"state"`
}

// Read reads media.
func (m *Media) Read(r *scan.Reader, _ Bounds) {
	given := false
	if !r.Object(func(name []byte) bool {
		if string(name) != "media" {
			return false
		}
		given = true
		m.Media = make([]Medium, 0, 4)
		r.Array(MaxMedia, func(int) {
			m.Media = append(m.Media, Medium{})
			m.Media[len(m.Media)-1].read(r)
		})
		return true
	}) {
		return
	}
	if !given {
		r.Missing("media", "is missing")
	}
}

func (m *Medium) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "kind":
			m.Kind = scan.Name(r, retail.ParseMediaKind, MediaKinds)
		case "url":
			m.URL = r.String(MaxURL)
		case "sha256":
			m.SHA256 = r.String(64)
		case "width":
			m.Width = int32(r.Int(0, math.MaxInt32))
		case "height":
			m.Height = int32(r.Int(0, math.MaxInt32))
		case "alt":
			m.Alt = r.String(MaxName)
		case "alt_en":
			m.AltEN = r.String(MaxName)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "kind", m.Kind)
	need(r, "url", m.URL)
	need(r, "sha256", m.SHA256)
}

// Read reads a review.
func (n *NewReview) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "order":
			n.Order = r.Int(1, math.MaxInt64)
		case "line":
			n.Line = int(r.Int(1, math.MaxInt16))
		case "member":
			n.Member = r.String(MaxCode)
		case "rating":
			n.Rating = int(r.Int(1, retail.MaxStars))
		case "text":
			n.Text = r.String(MaxReviewBytes)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "member", n.Member)
	needNumber(r, "order", n.Order)
	needNumber(r, "line", int64(n.Line))
	needNumber(r, "rating", int64(n.Rating))
}

// needNumber is need for a number that is never 0.
func needNumber(r *scan.Reader, field string, v int64) {
	if v == 0 {
		r.Missing(field, "is missing")
	}
}

// Read reads a judgement.
func (j *Judgement) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) != "state" {
			return false
		}
		j.State = scan.Name(r, retail.ParseReviewState, "approved, hidden")
		return true
	}) {
		return
	}
	need(r, "state", j.State)
}
