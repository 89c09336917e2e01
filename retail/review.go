package retail

import "time"

// MediaKind is what a medium is.
type MediaKind uint8

// The kinds of media.
const (
	Picture MediaKind = iota + 1
	Video
	Model
)

var mediaKindNames = [...]string{"", "image", "video", "model"}

func (k MediaKind) String() string { return nameOf(mediaKindNames[:], k) }

// ParseMediaKind finds a kind of media by its name.
func ParseMediaKind(s string) (MediaKind, bool) { return parseName[MediaKind](mediaKindNames[:], s) }

// Media is a picture, a film or a 3D model of goods, kept elsewhere.
type Media struct {
	Kind MediaKind
	URL  string
	// SHA256 is the hash of the bytes behind URL, in hexadecimal.
	SHA256 string
	// Width and Height are pixels; 0 for a model.
	Width, Height int32
	// Alt says what is seen, AltEN to readers of English.
	Alt, AltEN string
}

// ReviewState tells who may read a review. The values are stored and sent: they never change.
type ReviewState uint8

// The states of a review.
const (
	// ReviewPosted waits for headquarters.
	ReviewPosted ReviewState = iota + 1
	// ReviewApproved may be read by everybody, and its rating counts.
	ReviewApproved
	// ReviewHidden may be read by headquarters.
	ReviewHidden
)

var reviewStateNames = [...]string{"", "posted", "approved", "hidden"}

func (s ReviewState) String() string { return nameOf(reviewStateNames[:], s) }

// ParseReviewState finds a state by its name.
func ParseReviewState(s string) (ReviewState, bool) {
	return parseName[ReviewState](reviewStateNames[:], s)
}

// ReviewID identifies a review.
type ReviewID int64

// MaxStars is the best rating; 1 is the worst.
const MaxStars = 5

// Review is what a member says of something that they bought.
type Review struct {
	ID     ReviewID
	SKU    SKUID
	Style  StyleID
	Store  StoreID
	Member MemberID
	// Order and Line are the purchase.
	Order   OrderID
	Line    int
	Stars   int
	Text    string
	State   ReviewState
	Posted  time.Time
	Version int64
}
