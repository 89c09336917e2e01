package house_test

import (
	"os"
	"testing"

	"github.com/tillstream/tillstream/cmd/house"
)

func TestMemoryIsRead(t *testing.T) {
	now, peak, err := house.Resident(os.Getpid())
	if err != nil || now <= 0 || peak < now {
		t.Errorf("got %v MB now and %v MB at most, %v", now, peak, err)
	}
	if mb, err := house.Shares(os.Getpid()); err != nil || mb <= 0 {
		t.Errorf("got %v MB, %v", mb, err)
	}
	if _, _, err := house.Resident(1 << 30); err == nil {
		t.Error("a process that does not exist has memory")
	}
}
