package clickhouse

import (
	"errors"
	"testing"
)

func TestException(t *testing.T) {
	f := func(code int, message string, want error) {
		t.Helper()
		if err := exception(code, "NAME", message); !errors.Is(err, want) {
			t.Errorf("%d %q became %v", code, message, err)
		}
	}
	f(243, "Cannot reserve 1.00 MiB, not enough space", ErrDiskFull)
	f(75, "Cannot write to file, errno: 28, strerror: No space left on device", ErrDiskFull)
	f(241, "Memory limit exceeded", ErrUnavailable)
	f(252, "Too many parts", ErrUnavailable)
	var refused *Rejected
	if err := exception(60, "UNKNOWN_TABLE", "no"); !errors.As(err, &refused) || refused.Code != 60 {
		t.Error(err)
	}
}
