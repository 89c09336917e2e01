package topic

import (
	"fmt"
	"time"
)

// parseTime reads the time header of a record, RFC 3339 with any fraction.
func parseTime(b []byte) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return time.Time{}, fmt.Errorf("cannot read time header: %w", err)
	}
	return at, nil
}
