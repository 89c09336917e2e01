package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// ErrUnavailable says that ClickHouse could not be asked, or was too busy: the same call may succeed
// later.
var ErrUnavailable = errors.New("ClickHouse is unavailable")

// ErrDiskFull says that ClickHouse has no room to write: the same call may succeed when it has.
var ErrDiskFull = errors.New("ClickHouse has no disk space left")

// Rejected is ClickHouse's refusal of a statement: the same call will be refused again.
type Rejected struct {
	// Code is ClickHouse's number of the error and Name its name, such as 60 and UNKNOWN_TABLE.
	Code int
	Name string
	// Message is what ClickHouse says.
	Message string
}

// Error implements error.
func (e *Rejected) Error() string {
	return fmt.Sprintf("ClickHouse refuses: code %d: %s", e.Code, e.Message)
}

// typed turns the client library's errors into ErrUnavailable, ErrDiskFull, *Rejected or the context's.
func typed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var refused *ch.Exception
	if errors.As(err, &refused) {
		return exception(int(refused.Code), refused.CodeName, refused.Message)
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	var answer *ch.HTTPError
	if errors.As(err, &answer) {
		switch answer.StatusCode {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
			http.StatusTooManyRequests:
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		case http.StatusInsufficientStorage:
			return fmt.Errorf("%w: %w", ErrDiskFull, err)
		}
		return &Rejected{Message: err.Error()}
	}
	if library(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// library says whether the error is a misuse of the client library, found before anything was sent.
func library(err error) bool {
	var op *ch.OpError
	return errors.As(err, &op) || errors.Is(err, ch.ErrBatchInvalid) ||
		errors.Is(err, ch.ErrUnsupportedQueryParameter)
}

func exception(code int, name, message string) error {
	text := fmt.Sprintf("code %d: %s", code, message)
	if code == 243 || strings.Contains(message, "No space left on device") {
		return fmt.Errorf("%w: %s", ErrDiskFull, text)
	}
	switch code {
	case 159, 160, 202, 203, 209, 210, 241, 242, 252, 279, 319, 394, 425, 439, 473, 745, 999:
		// Timeouts, too many queries or parts, network and memory trouble, read-only replicas, keeper.
		return fmt.Errorf("%w: %s", ErrUnavailable, text)
	}
	return &Rejected{Code: code, Name: name, Message: message}
}
