package event

import (
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/retail"
)

// The times that a fact may carry: 2000-01-01 to 2100-01-01, in microseconds since 1970. A clock
// that was never set says 1970.
const (
	MinUnixUS = 946_684_800_000_000
	MaxUnixUS = 4_102_444_800_000_000
)

const dayUS = 86_400_000_000

// MaxLines bounds the lines of one order and the changes of one stock event.
const MaxLines = 10_000

func validate(m Message) error {
	switch m := m.(type) {
	case *OrderPlaced:
		return order(m.OrderId, m.StoreId, m.PlacedAt, m.Lines)
	case *OrderPaid:
		return order(m.OrderId, m.StoreId, m.PaidAt, m.Lines)
	case *OrderCancelled:
		return order(m.OrderId, m.StoreId, m.CancelledAt, nil)
	case *OrderRefunded:
		return order(m.RefundId, m.StoreId, m.RefundedAt, m.Lines)
	case *OrderShipped:
		return order(m.OrderId, m.StoreId, m.ShippedAt, nil)
	case *OrderCompleted:
		return order(m.OrderId, m.StoreId, m.CompletedAt, nil)
	case *OrderPicking:
		return order(m.OrderId, m.StoreId, m.PickingAt, nil)
	case *OrderReady:
		return order(m.OrderId, m.StoreId, m.ReadyAt, nil)
	case *OrderDelivering:
		return order(m.OrderId, m.StoreId, m.DeliveringAt, nil)
	case *OrderRouted:
		return order(m.OrderId, m.StoreId, m.RoutedAt, nil)
	case *OrderCourier:
		return order(m.OrderId, m.StoreId, m.At, nil)
	case *StockMoved:
		return stock(m)
	case *StockAlert:
		return document(m.SkuId, m.StoreId, m.At, 0)
	case *TransferMoved:
		return document(m.TransferId, min(m.FromStoreId, m.ToStoreId), m.At, len(m.Lines))
	case *StockCounted:
		return document(m.StocktakeId, m.StoreId, m.At, len(m.Differences))
	case *SafetyChanged:
		return document(m.SkuId, m.StoreId, m.ChangedAt, 0)
	case *StoreChanged:
		return positive("store_id", int64(m.StoreId))
	case *ProductChanged:
		return positive("sku_id", m.SkuId)
	case *StyleChanged:
		return positive("style_id", m.StyleId)
	case *CategoryChanged:
		return positive("category_id", int64(m.CategoryId))
	case *ListingChanged:
		return listing(m)
	case *ReviewPosted:
		return review(m)
	case *StaffChanged:
		return positive("staff_id", int64(m.StaffId))
	case *CampaignChanged:
		return campaign(m)
	case *MerchandisingChanged:
		return positive("rule_id", m.RuleId)
	case *ExperimentChanged:
		return experiment(m)
	case *MemberChanged:
		return positive("member_id", m.MemberId)
	case *MemberErased:
		return positive("member_id", m.MemberId)
	case interface{ GetVisit() *Visit }:
		return visit(m.GetVisit())
	}
	return nil
}

func campaign(m *CampaignChanged) error {
	if err := positive("campaign_id", int64(m.CampaignId)); err != nil {
		return err
	}
	if m.FirstDay > m.LastDay || m.FirstDay < MinUnixUS/dayUS || m.LastDay >= MaxUnixUS/dayUS {
		return fmt.Errorf("campaign %d lasts from day %d to %d", m.CampaignId, m.FirstDay, m.LastDay)
	}
	return nil
}

// MaxVariants bounds the variants of an experiment: an attribution has five bits for their number.
const MaxVariants = 32

func experiment(m *ExperimentChanged) error {
	if n := len(m.Variants); n < 1 || n > MaxVariants {
		return fmt.Errorf("experiment %d has %d variants, want 1 to %d", m.ExperimentId, n, MaxVariants)
	}
	if m.FromUnixUs < MinUnixUS || m.UntilUnixUs < m.FromUnixUs || m.UntilUnixUs >= MaxUnixUS {
		return fmt.Errorf("experiment %d lasts from %d to %d µs", m.ExperimentId, m.FromUnixUs, m.UntilUnixUs)
	}
	return positive("experiment_id", int64(m.ExperimentId))
}

func listing(m *ListingChanged) error {
	if err := positive("store_id", int64(m.StoreId)); err != nil {
		return err
	}
	if m.GetPriceFen() < 0 || m.GetPriceFen() > int64(retail.MaxMoney) {
		return fmt.Errorf("price_fen: %w", retail.ErrMoneyRange)
	}
	return positive("sku_id", m.SkuId)
}

func review(m *ReviewPosted) error {
	if m.Rating < 1 || m.Rating > 5 {
		return fmt.Errorf("rating is %d, want 1 to 5", m.Rating)
	}
	if err := positive("review_id", m.ReviewId); err != nil {
		return err
	}
	return when(m.PostedAt)
}

func positive(field string, v int64) error {
	if v <= 0 {
		return fmt.Errorf("%s is %d, want a positive number", field, v)
	}
	return nil
}

func order(id int64, store int32, at *StoreTime, lines []*OrderLine) error {
	if err := positive("order or refund id", id); err != nil {
		return err
	}
	if err := positive("store_id", int64(store)); err != nil {
		return err
	}
	if err := when(at); err != nil {
		return err
	}
	if len(lines) > MaxLines {
		return fmt.Errorf("%d lines, at most %d", len(lines), MaxLines)
	}
	for _, l := range lines {
		if err := line(l); err != nil {
			return err
		}
	}
	return nil
}

func line(l *OrderLine) error {
	for _, fen := range [...]int64{l.GrossFen, l.DiscountFen, l.NetFen, l.CouponDiscountFen, l.CostFen} {
		if fen > int64(retail.MaxMoney) || fen < -int64(retail.MaxMoney) {
			return fmt.Errorf("line %d: %w", l.LineNo, retail.ErrMoneyRange)
		}
	}
	if l.GrossFen-l.DiscountFen != l.NetFen {
		return fmt.Errorf("line %d: gross %d - discount %d is not net %d",
			l.LineNo, l.GrossFen, l.DiscountFen, l.NetFen)
	}
	return nil
}

func stock(m *StockMoved) error {
	if err := positive("store_id", int64(m.StoreId)); err != nil {
		return err
	}
	if len(m.Changes) > MaxLines {
		return fmt.Errorf("%d changes, at most %d", len(m.Changes), MaxLines)
	}
	for _, c := range m.Changes {
		if err := positive("sku_id", c.SkuId); err != nil {
			return err
		}
		if err := when(c.MovedAt); err != nil {
			return err
		}
	}
	return nil
}

// document checks what a fact about stock that is no single move names.
func document(id int64, store int32, at *StoreTime, lines int) error {
	if err := positive("id", id); err != nil {
		return err
	}
	if err := positive("store id", int64(store)); err != nil {
		return err
	}
	if lines > MaxLines {
		return fmt.Errorf("%d lines, at most %d", lines, MaxLines)
	}
	return when(at)
}

var (
	errNoVisit = errors.New("visit is missing")
	errNoTime  = errors.New("time is missing")
)

func visit(v *Visit) error {
	if v == nil {
		return errNoVisit
	}
	if err := positive("store_id", int64(v.StoreId)); err != nil {
		return err
	}
	return when(v.At)
}

func when(t *StoreTime) error {
	if t == nil {
		return errNoTime
	}
	return instant(t.UnixUs, t.BusinessDay)
}

func instant(unixUS int64, businessDay int32) error {
	if unixUS < MinUnixUS || unixUS >= MaxUnixUS {
		return fmt.Errorf("time %d µs lies outside the years 2000 to 2099", unixUS)
	}
	if day := unixUS / 86_400_000_000; max(day-int64(businessDay), int64(businessDay)-day) > 2 {
		return fmt.Errorf("business day %d lies more than two days from the instant", businessDay)
	}
	return nil
}
