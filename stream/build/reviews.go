package build

import (
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// review gives a row for each version: the warehouse lets the highest count.
func review(b *fact.Batch, p Place, m *event.ReviewPosted) (int, int64) {
	t := &b.Reviews
	p.origin(&t.Origin, 0)
	t.ID = append(t.ID, m.ReviewId)
	t.Version = append(t.Version, m.Version)
	t.SKU = append(t.SKU, m.SkuId)
	t.Style = append(t.Style, m.StyleId)
	t.Store = append(t.Store, m.StoreId)
	t.Member = append(t.Member, m.MemberId)
	t.Order = append(t.Order, m.OrderId)
	t.Stars = append(t.Stars, octet(m.Rating))
	t.State = append(t.State, octet(m.State))
	t.At = append(t.At, m.PostedAt.UnixUs)
	t.Day = append(t.Day, m.PostedAt.BusinessDay)
	t.LocalHour = append(t.LocalHour, uint8(m.PostedAt.LocalHour()))
	return 1, m.PostedAt.UnixUs
}
