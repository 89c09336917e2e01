package order

import (
	"time"

	"github.com/tillstream/tillstream/retail/event"
)

// moment is an instant together with what it means at a store.
type moment struct {
	us      int64
	day     int32
	offsetS int32
}

func momentAt(us int64, zone *time.Location) moment {
	_, offset := time.UnixMicro(us).In(zone).Zone()
	local := us/1_000_000 + int64(offset) // times before 1970 are refused earlier
	return moment{us: us, day: int32(local / 86_400), offsetS: int32(offset)}
}

func (m moment) fill(dst *event.StoreTime) {
	dst.UnixUs, dst.BusinessDay, dst.UtcOffsetS = m.us, m.day, m.offsetS
}
