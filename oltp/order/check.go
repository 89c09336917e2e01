package order

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// The bounds of single fields.
const (
	// MaxQty bounds the quantity of one line and of one stock move.
	MaxQty = 100_000
	// MaxReceived bounds one stock move; goods arrive by the container.
	MaxReceived = 10_000_000
	// MaxLevel bounds what one store holds of one SKU.
	MaxLevel = 1_000_000_000
	// MaxText bounds a payment method, a reference or a reason, in bytes.
	MaxText = 256
	// MaxAhead is how far a clock may run ahead of ours.
	MaxAhead = 5 * time.Minute
)

// Catalogue is what the intake must know about stores and goods.
type Catalogue interface {
	StoreByID(id retail.StoreID) (*catalogue.Store, bool)
	SKUByID(id retail.SKUID) (*retail.SKU, bool)
	// Down reports whether the catalogue could not look for rows of the kind lately: then what it does
	// not find may exist.
	Down(kind catalogue.Kind) bool
}

func noStore(cat Catalogue, id retail.StoreID) error {
	if cat.Down(catalogue.OfStores) {
		return fmt.Errorf("cannot look up store %d: %w", id, ErrUnavailable)
	}
	return invalid("store", "no store has the id %d", id)
}

// noSKU takes the line that names the SKU, -1 for a stock move.
func noSKU(cat Catalogue, line int, id retail.SKUID) error {
	if cat.Down(catalogue.OfSKUs) {
		return fmt.Errorf("cannot look up SKU %d: %w", id, ErrUnavailable)
	}
	return invalidLine(line, "sku", "no SKU has the id %d", id)
}

func invalid(field, format string, args ...any) error { return invalidLine(-1, field, format, args...) }

func invalidLine(line int, field, format string, args ...any) error {
	return &Invalid{Line: line, Field: field, Reason: fmt.Sprintf(format, args...)}
}

// checkTime defaults a zero time to now and returns microseconds.
func checkTime(field string, at, now time.Time) (int64, error) {
	if at.IsZero() {
		return now.UnixMicro(), nil
	}
	us := at.UnixMicro()
	if at.Year() < 2000 || us < event.MinUnixUS {
		return 0, invalid(field, "%s lies before the year 2000", at.UTC().Format(time.RFC3339))
	}
	if at.After(now.Add(MaxAhead)) {
		return 0, invalid(field, "%s lies in the future", at.UTC().Format(time.RFC3339))
	}
	return us, nil
}

func checkText(line int, field, text string) error {
	switch {
	case len(text) > MaxText:
		return invalidLine(line, field, "%d bytes, at most %d", len(text), MaxText)
	case !utf8.ValidString(text):
		return invalidLine(line, field, "not valid UTF-8")
	case strings.IndexByte(text, 0) >= 0:
		return invalidLine(line, field, "holds a zero byte")
	}
	return nil
}

// texts checks pairs of field name and text.
func checkTexts(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := checkText(-1, pairs[i], pairs[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func checkMoney(line int, field string, m retail.Money) error {
	if m > retail.MaxMoney || m < -retail.MaxMoney {
		return invalidLine(line, field, "%v", retail.ErrMoneyRange)
	}
	return nil
}

// checkLine checks one line against the rules of its kind and prices it. cost is that of one unit.
func checkLine(i int, l *Line, category retail.CategoryID, cost retail.Money) (retail.Line, error) {
	kind := l.Kind
	if kind == 0 {
		kind = retail.Sale
	}
	for field, m := range amounts(l) {
		if err := checkMoney(i, field, m); err != nil {
			return retail.Line{}, err
		}
	}
	if err := checkText(i, "reason", l.Reason); err != nil {
		return retail.Line{}, err
	}
	if err := checkKind(i, kind, l); err != nil {
		return retail.Line{}, err
	}
	total, err := cost.Times(int64(max(l.Qty, -l.Qty)))
	if err != nil {
		return retail.Line{}, invalidLine(i, "qty", "cost: %v", err)
	}
	return retail.Line{
		No: i + 1, SKU: l.SKU, Category: category, Kind: kind, Qty: l.Qty, UnitPrice: l.UnitPrice,
		Gross: l.Gross, Discount: l.Discount, Net: l.Gross - l.Discount,
		CouponDiscount: l.CouponDiscount, Cost: total,
	}, nil
}

func amounts(l *Line) func(func(string, retail.Money) bool) {
	return func(yield func(string, retail.Money) bool) {
		_ = yield("unit_price", l.UnitPrice) && yield("gross", l.Gross) &&
			yield("discount", l.Discount) && yield("coupon_discount", l.CouponDiscount) &&
			yield("gross", l.Gross-l.Discount)
	}
}

func checkKind(i int, kind retail.LineKind, l *Line) error {
	switch kind {
	case retail.Sale:
		return checkSale(i, l)
	case retail.Adjustment:
		if l.Qty != 0 {
			return invalidLine(i, "qty", "%d, an adjustment moves no goods", l.Qty)
		}
	case retail.StockWriteOff:
		if l.Qty >= 0 || l.Qty < -MaxQty {
			return invalidLine(i, "qty", "%d, a stock write-off has -%d to -1", l.Qty, MaxQty)
		}
		if l.Gross != 0 || l.Discount != 0 || l.CouponDiscount != 0 {
			return invalidLine(i, "gross", "%v, a stock write-off carries no money", l.Gross)
		}
	case retail.WriteOff:
		if l.Qty != 0 {
			return invalidLine(i, "qty", "%d, a write-off moves no goods", l.Qty)
		}
		if l.Gross > 0 || l.Discount != 0 || l.CouponDiscount != 0 {
			return invalidLine(i, "gross", "%v, a write-off gives money up", l.Gross)
		}
	default:
		return invalidLine(i, "kind", "%d is no kind of line", kind)
	}
	return nil
}

func checkSale(i int, l *Line) error {
	switch {
	case l.Qty < 1 || l.Qty > MaxQty:
		return invalidLine(i, "qty", "%d, want 1 to %d", l.Qty, MaxQty)
	case l.UnitPrice < 0:
		return invalidLine(i, "unit_price", "%v is negative", l.UnitPrice)
	case l.Gross < 0:
		return invalidLine(i, "gross", "%v is negative", l.Gross)
	case l.Discount < 0 || l.Discount > l.Gross:
		return invalidLine(i, "discount", "%v, want 0 to the gross amount %v", l.Discount, l.Gross)
	case l.CouponDiscount < 0 || l.CouponDiscount > l.Discount:
		return invalidLine(i, "coupon_discount", "%v, want 0 to the discount %v", l.CouponDiscount,
			l.Discount)
	}
	return nil
}
