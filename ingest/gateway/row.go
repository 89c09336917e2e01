package gateway

import (
	"encoding/hex"
	"math"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// The bounds of the fields of an event, in bytes where they are texts.
const (
	maxCode    = 64
	maxVisitor = 128
	maxQuery   = 2_000
	maxSlot    = 64
	maxTrace   = 128
	maxSKUs    = 200
	maxQty     = 100_000
	maxDwell   = 24 * 3600 * 1000
)

// row is an event as it was sent.
type row struct {
	form             *form
	id               [16]byte
	hasID            bool
	visitor, session string
	member, store    string
	at               time.Time
	channel          retail.Channel
	simulated        bool

	given       fields
	sku         string
	skus        []string
	query       string
	results     int32
	dwell       int32
	qty         int32
	slot        string
	position    int32
	attribution string
	// shown is what the attribution says, nil for none; strange says that it was not sealed by us.
	shown    *event.Attribution
	strange  bool
	coupon   int64
	campaign int32
	order    int64
	discount retail.Money
	removed  bool
}

// readRow reads one event; what is wrong becomes faults of the reader.
func readRow(r *scan.Reader) (e row) {
	typed := false
	if !r.Object(func(name []byte) bool {
		if string(name) == "type" {
			typed = true
			if e.form = formOf(r.String(maxCode)); e.form == nil {
				r.Fault("must be one of " + formNames())
			}
			return true
		}
		return e.who(r, name) || e.what(r, name)
	}) {
		return e
	}
	need := func(field, value string) {
		if value == "" {
			r.Missing(field, "is missing")
		}
	}
	need("visitor", e.visitor)
	need("session", e.session)
	need("store", e.store)
	if !typed {
		r.Missing("type", "is missing")
	}
	if e.form != nil {
		e.fits(r)
	}
	return e
}

// fits checks that the fields suit the type.
func (e *row) fits(r *scan.Reader) {
	for i, name := range names {
		bit := fields(1) << i
		switch {
		case e.form.required&bit != 0 && e.given&bit == 0:
			r.Missing(name, "is missing: an event of type "+e.form.name+" needs it")
		case (e.form.required|e.form.optional)&bit == 0 && e.given&bit != 0:
			r.Missing(name, "does not belong to an event of type "+e.form.name)
		}
	}
}

// who reads the fields that every event has.
func (e *row) who(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "event_id":
		if b := r.Bytes(maxCode); b != nil {
			if e.hasID = parseID(&e.id, string(b)); !e.hasID {
				r.Fault("must be a UUID or 32 hexadecimal digits")
			}
		}
	case "visitor":
		e.visitor = r.Secret(maxVisitor)
	case "session":
		e.session = r.Secret(maxVisitor)
	case "member":
		e.member = r.String(maxCode)
	case "store":
		e.store = r.String(maxCode)
	case "at":
		e.at = r.Time()
	case "channel":
		e.channel, _ = retail.ParseChannel(scan.Name(r, retail.ParseChannel,
			"till, mini_program, web, phone"))
	case "simulated":
		e.simulated = r.Bool()
	default:
		return false
	}
	return true
}

// what reads the fields that some types have.
func (e *row) what(r *scan.Reader, name []byte) bool {
	i := 0
	for i < len(names) && names[i] != string(name) {
		i++
	}
	if i == len(names) {
		return false
	}
	bit := fields(1) << i
	e.given |= bit
	switch bit {
	case fieldSKU:
		e.sku = e.text(r, bit, maxCode)
	case fieldSKUs:
		r.Array(maxSKUs, func(int) { e.skus = append(e.skus, r.String(maxCode)) })
	case fieldQuery:
		e.query = e.text(r, bit, maxQuery)
	case fieldResults:
		e.results = int32(r.Int(0, math.MaxInt32))
	case fieldDwell:
		e.dwell = int32(r.Int(0, maxDwell))
	case fieldQty:
		e.qty = int32(r.Int(1, maxQty))
	case fieldSlot:
		e.slot = e.text(r, bit, maxSlot)
	case fieldPosition:
		e.position = int32(r.Int(0, math.MaxInt32))
	case fieldAttribution:
		e.attribution = e.text(r, bit, maxTrace)
	case fieldCoupon:
		e.coupon = r.Int(1, math.MaxInt64)
	case fieldCampaign:
		e.campaign = int32(r.Int(0, math.MaxInt32))
	case fieldOrder:
		e.order = r.Int(1, math.MaxInt64)
	case fieldRemoved:
		e.removed = r.Bool()
	case fieldDiscount:
		var ok bool
		if e.discount, ok = r.Money(); ok && e.discount < 0 {
			r.Fault("must not be negative")
		}
	}
	return true
}

// text reads a text; an empty one counts as not given.
func (e *row) text(r *scan.Reader, bit fields, limit int) string {
	s := r.String(limit)
	if strings.TrimSpace(s) == "" {
		e.given &^= bit
	}
	return s
}

// parseID reads 32 hexadecimal digits, with or without the dashes of a UUID.
func parseID(id *[16]byte, s string) bool {
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	if len(s) != 32 {
		return false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return err == nil
}
