package postgres_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
)

// TestFullDiskIsNamedAndNothingIsAccepted gives the order lines a volume of their own that fills up, and
// then room.
func TestFullDiskIsNamedAndNothingIsAccepted(t *testing.T) {
	volume := filepath.Join(t.TempDir(), "volume")
	if err := os.Mkdir(volume, 0o777); err != nil {
		t.Fatal(err)
	}
	mount := func(options string) error {
		out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", volume).CombinedOutput()
		t.Logf("mount %s: %s", options, out)
		return err
	}
	if err := mount("size=1m,mode=777"); err != nil {
		absent.Skip(t, "this process may not mount a small volume: %v", err)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", volume).Run() })
	server := ownServer(t, t.TempDir(), nil)
	if err := postgres.Migrate(t.Context(), server.DSN()); err != nil {
		t.Fatal(err)
	}
	space := filepath.Join(volume, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(space, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	execute(t, server.DSN(), "CREATE TABLESPACE small LOCATION '"+space+"'")
	execute(t, server.DSN(), "ALTER TABLE order_line SET TABLESPACE small")
	s := openShopAt(t, server.DSN(), 1, 1, order.Config{})
	s.receive(0, 0, 1_000_000)
	accepted, err := s.placeUntilRefused(100_000)
	if !errors.Is(err, order.ErrDiskFull) {
		t.Fatalf("after %d orders: %v, want ErrDiskFull", accepted, err)
	}
	if n := ask[int](t, server.DSN(), "SELECT count(*) FROM orders"); n != accepted {
		t.Errorf("%d orders are there, %d were accepted", n, accepted)
	}
	s.wantLevel(0, 0, int32(1_000_000-accepted), 0)
	if err := mount("remount,size=64m,mode=777"); err != nil {
		t.Fatal(err)
	}
	s.placed(s.sale(0, 0, 1))
	s.wantNoDrift()
}

func (s *shop) placeUntilRefused(limit int) (accepted int, err error) {
	for accepted < limit {
		requests := make([]order.Request, 500)
		for i := range requests {
			requests[i] = s.sale(0, 0, 1)
		}
		for _, r := range s.Place(s.t.Context(), requests) {
			if r.Err == nil {
				accepted++
			} else {
				err = r.Err
			}
		}
		if err != nil {
			return accepted, err
		}
	}
	return accepted, nil
}
