package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// ErrRefused says that a broker answers but does not let this program in: a wrong password, a mechanism
// that it does not offer, a certificate that is not trusted.
var ErrRefused = errors.New("the broker refuses this program")

// refusals notes why connections were refused. The client library tries again whatever the cause, and
// in the end reports its last try or the caller's deadline; neither says what has to be mended.
type refusals struct {
	mu   sync.Mutex
	last error
	told map[*context.CancelCauseFunc]struct{}
}

// OnBrokerConnect is called by the library after every attempt.
func (r *refusals) OnBrokerConnect(broker kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	if err != nil && !refused(err) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.last = nil
		return
	}
	r.last = fmt.Errorf("%w (%s:%d): %w", ErrRefused, broker.Host, broker.Port, err)
	for cancel := range r.told {
		(*cancel)(r.last)
	}
}

func refused(err error) bool {
	for _, reason := range []error{kerr.SaslAuthenticationFailed, kerr.UnsupportedSaslMechanism,
		kerr.IllegalSaslState} {
		if errors.Is(err, reason) {
			return true
		}
	}
	// A broker that hangs up for want of a password cannot be told from one that is killed.
	untrusted, alert, plain := (*tls.CertificateVerificationError)(nil), tls.AlertError(0),
		tls.RecordHeaderError{}
	return errors.As(err, &untrusted) || errors.As(err, &alert) || errors.As(err, &plain)
}

// explain adds why connections are refused to the failure of a call that waited.
func (r *refusals) explain(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil || r.last == nil || errors.Is(err, ErrRefused) {
		return err
	}
	return fmt.Errorf("%w: %w", err, r.last)
}

// ask gives a question a context that ends when a connection is refused, since whoever asks wants to
// know that at once. done must be called with the outcome and returns what to say.
func (r *refusals) ask(ctx context.Context) (asking context.Context, done func(error) error) {
	asking, cancel := context.WithCancelCause(ctx)
	r.mu.Lock()
	if r.told == nil {
		r.told = make(map[*context.CancelCauseFunc]struct{})
	}
	r.told[&cancel] = struct{}{}
	r.mu.Unlock()
	return asking, func(err error) error {
		r.mu.Lock()
		delete(r.told, &cancel)
		r.mu.Unlock()
		if cause := context.Cause(asking); err != nil && errors.Is(cause, ErrRefused) {
			err = cause
		}
		cancel(nil)
		return err
	}
}
