package stream_test

import (
	"testing"

	"github.com/tillstream/tillstream/stream"
)

func TestShareLeavesRoomWhenFourHaveTakenTheirs(t *testing.T) {
	const room, poll = 96 << 20, 1 << 20
	r := stream.NewRoom(room)
	for n := 1; n <= 4; n++ {
		held := 0
		for held <= r.Share() {
			if r.Free() <= 0 {
				t.Fatalf("%d partitions fill the room", n)
			}
			r.Take(poll)
			held += poll
		}
	}
	if r.Free() < 4*poll {
		t.Errorf("four partitions leave %d of %d bytes", r.Free(), room)
	}
}
