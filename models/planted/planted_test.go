package planted_test

import (
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/models/planted"
)

func TestSameSeedSameWorld(t *testing.T) {
	a, b := planted.Make(planted.Config{Seed: 5, Users: 40}), planted.Make(planted.Config{Seed: 5, Users: 40})
	if !reflect.DeepEqual(a.History, b.History) || !reflect.DeepEqual(a.Sessions, b.Sessions) ||
		!reflect.DeepEqual(a.Held, b.Held) || !reflect.DeepEqual(a.Facts, b.Facts) {
		t.Error("one seed gives two worlds")
	}
	perfect := a.Recall(func(user int32, owned []int32) []int32 {
		for _, item := range owned {
			for _, h := range a.Held[user] {
				if item == h {
					t.Errorf("user %d owned %d before", user, item)
				}
			}
		}
		return a.Held[user]
	})
	if perfect != 1 {
		t.Errorf("the truth has recall %v", perfect)
	}
}
