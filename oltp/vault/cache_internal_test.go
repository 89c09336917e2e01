package vault

import (
	"testing"
	"time"
)

func TestCacheStaysSmallAndShort(t *testing.T) {
	now := time.Unix(1e9, 0)
	c := cache{limit: 64, life: time.Minute, now: func() time.Time { return now }}
	aead, err := newAEAD(make([]byte, KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1_000 {
		o := Owner{MemberKind, int64(i)}
		_, since := c.find(o)
		c.keep(o, aead, since)
		if got, _ := c.find(o); got == nil || len(c.keys) > 64 {
			t.Fatalf("%d keys are held, the newest is there: %v", len(c.keys), got != nil)
		}
	}
	last := Owner{MemberKind, 999}
	now = now.Add(time.Minute)
	if got, _ := c.find(last); got != nil {
		t.Error("a key outlives its minute")
	}
	_, since := c.find(last)
	c.drop(Owner{MemberKind, 1})
	if c.keep(last, aead, since); len(c.keys) > 64 || c.keys[last].aead != nil {
		t.Error("a key is kept that was read before an erasure")
	}
}
