package wire

// Limits that the bodies obey whoever sends them, beside the ones that a server sets for itself.
const (
	// MaxCode bounds the code of a store, SKU, member and the like, in bytes.
	MaxCode = 64
	// MaxKey bounds an idempotency key, in bytes.
	MaxKey = 128
	// MaxName bounds a name, in bytes.
	MaxName = 256
	// MaxReason bounds a reason, in bytes.
	MaxReason = 200
	// MaxRef bounds an external reference, in bytes.
	MaxRef = 64
	// MaxMethod bounds the name of a payment method, in bytes.
	MaxMethod = 32
	// MaxPhone bounds a phone number, in bytes.
	MaxPhone = 32
	// MaxWord bounds a colour, a size, its system and a season, in bytes.
	MaxWord = 32
	// MaxBarcode bounds a barcode, in bytes.
	MaxBarcode = 32
	// MaxTags bounds the tags of a SKU.
	MaxTags = 8
	// MaxPack bounds how many come in one pack.
	MaxPack = 100_000
	// MaxMedia bounds the media of one style or SKU.
	MaxMedia = 50
	// MaxURL bounds the address of a medium, in bytes.
	MaxURL = 2_048
	// MaxReviewBytes bounds the words of a review: 2,000 letters of up to 4 bytes.
	MaxReviewBytes = 8_000
	// MaxPassword bounds a password, in bytes.
	MaxPassword = 256
)

// Bounds are the limits that a server sets.
type Bounds struct {
	// Rows bounds the rows of a bulk.
	Rows int
	// Lines bounds the lines of one order or refund.
	Lines int
}

// Channels, Fulfilments, LineKinds, MoveKinds, MediaKinds, Tags and CoordinateSystems list the names
// that bodies may hold.
const (
	Channels    = "till, mini_program, web, phone"
	Fulfilments = "carry_out, pickup, same_city, express"
	LineKinds   = "sale, adjustment, stock_write_off, write_off"
	MediaKinds  = "image, video, model"
	Tags        = "hot, new, limited"
	RuleKinds   = "boost, pin, block"
	Scenes      = "home, product, cart, after_payment, guide"
	MoveKinds   = "receive, adjust, write_off, damage"

	CoordinateSystems = "wgs84, gcj02"
)
