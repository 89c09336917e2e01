package postgres

import (
	"testing"

	"github.com/tillstream/tillstream/retail"
)

func TestRememberedLevelsAreBounded(t *testing.T) {
	l := newLevels(3 * levelShards)
	key := func(i int) retail.StockKey {
		return retail.StockKey{Store: retail.StoreID(i % 100), SKU: retail.SKUID(i)}
	}
	for i := range 10_000 {
		l.keep(key(i), knownLevel{version: int64(i)})
		if k, ok := l.find(key(i)); !ok || k.version != int64(i) {
			t.Fatalf("level %d is forgotten at once", i)
		}
	}
	held := 0
	for i := range l.shards {
		held += len(l.shards[i].known)
	}
	if held > 3*levelShards {
		t.Errorf("%d levels are held, want at most %d", held, 3*levelShards)
	}
	l.forget([]retail.StockKey{key(9_999)})
	if _, ok := l.find(key(9_999)); ok {
		t.Error("a forgotten level is found")
	}
}
