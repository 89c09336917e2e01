package event

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// At expresses the instant t at a store in the given zone.
func At(t time.Time, zone *time.Location) *StoreTime {
	local := t.In(zone)
	_, offset := local.Zone()
	return &StoreTime{
		UnixUs:      t.UnixMicro(),
		BusinessDay: int32(retail.DayOf(local)),
		UtcOffsetS:  int32(offset),
	}
}

// Time returns the instant in UTC.
func (t *StoreTime) Time() time.Time { return time.UnixMicro(t.GetUnixUs()).UTC() }

// LocalHour returns the hour of the day at the store, 0 to 23.
func (t *StoreTime) LocalHour() int { return localHour(t.GetUnixUs(), t.GetUtcOffsetS()) }

func localHour(unixUS int64, offsetS int32) int {
	local := unixUS/1_000_000 + int64(offsetS)
	return int((local%86_400 + 86_400) % 86_400 / 3_600)
}
