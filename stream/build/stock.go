package build

import (
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

func stock(b *fact.Batch, p Place, m *event.StockMoved) (int, int64) {
	t := &b.StockMoves
	var newest int64
	for i, c := range m.Changes {
		p.origin(&t.Origin, i)
		t.Store = append(t.Store, m.StoreId)
		t.SKU = append(t.SKU, c.SkuId)
		t.Category = append(t.Category, c.CategoryId)
		t.Kind = append(t.Kind, octet(c.Kind))
		t.OnHandDelta = append(t.OnHandDelta, c.OnHandDelta)
		t.ReservedDelta = append(t.ReservedDelta, c.ReservedDelta)
		t.OnHand = append(t.OnHand, c.OnHand)
		t.Reserved = append(t.Reserved, c.Reserved)
		t.Version = append(t.Version, c.Version)
		t.Ref = append(t.Ref, c.RefId)
		t.At = append(t.At, c.MovedAt.UnixUs)
		t.Day = append(t.Day, c.MovedAt.BusinessDay)
		t.LocalSecond = append(t.LocalSecond, localSecond(c.MovedAt))
		t.Reason = append(t.Reason, c.Reason)
		t.Simulated = append(t.Simulated, m.Simulated)
		newest = max(newest, c.MovedAt.UnixUs)
	}
	return len(m.Changes), newest
}

const secondsADay = 86_400

// localSecond is how many seconds of the business day had passed at the store. A day that does not fit
// its instant gives the end of the day that is nearer.
func localSecond(at *event.StoreTime) int32 {
	local := at.UnixUs/1e6 + int64(at.UtcOffsetS) - int64(at.BusinessDay)*secondsADay
	return int32(min(max(local, 0), secondsADay-1))
}
