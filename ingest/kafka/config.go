package kafka

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Config says how to reach the cluster. All clients of this package start from it.
type Config struct {
	// Brokers are the bootstrap addresses, host:port. Required.
	Brokers []string
	// ClientID names this program in the brokers' logs and quotas. Default "tillstream".
	ClientID string
	// TLS encrypts the connections. Default off.
	TLS TLS
	// SASL authenticates. Default off.
	SASL SASL
	// DialTimeout bounds one connection attempt. Default 5 s.
	DialTimeout time.Duration
	// Dial opens the connections to brokers, where they are reached through a proxy, a tunnel or
	// another network than the host's; TLS, when enabled, is spoken over what it returns. Default: TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Log receives what the client library warns about. Default: discarded.
	Log *slog.Logger
}

// TLS are the transport security options.
type TLS struct {
	// Enabled switches TLS on; the other fields count only then.
	Enabled bool
	// CAFile holds the authorities to trust, PEM. Default: the system's.
	CAFile string
	// CertFile and KeyFile hold this client's certificate and key, PEM. Default: none.
	CertFile, KeyFile string
	// ServerName is the name that the brokers' certificates must bear. Default: the host dialled.
	ServerName string
}

// SASL are the authentication options.
type SASL struct {
	// Mechanism is "plain", "scram-sha-256", "scram-sha-512", or "" for none.
	Mechanism string
	// User and Password are the credentials.
	User, Password string
}

var errNoBrokers = errors.New("no brokers are configured")

func (c Config) options() ([]kgo.Opt, error) {
	if len(c.Brokers) == 0 {
		return nil, errNoBrokers
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(c.Brokers...),
		kgo.ClientID(cmp.Or(c.ClientID, "tillstream")),
		kgo.WithLogger(libraryLog{c.logger()}),
		// A broker that restarts is back within the second; the library's 2.5 s would show as lag.
		kgo.RetryBackoffFn(backoff),
		// So would the library's 5 s between two looks at the cluster.
		kgo.MetadataMinAge(250 * time.Millisecond),
		// The library takes a connection that ends at its first request for a wrong configuration and
		// fails the records under way, though not those behind them. A broker that is killed does the
		// same, so such a request is repeated like any other.
		kgo.AlwaysRetryEOF(),
	}
	dial, err := c.dialling()
	if err != nil {
		return nil, err
	}
	opts = append(opts, dial...)
	if c.SASL.Mechanism != "" {
		mechanism, err := c.SASL.mechanism()
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.SASL(mechanism))
	}
	return opts, nil
}

// dialling says how connections come about.
func (c Config) dialling() ([]kgo.Opt, error) {
	timeout := cmp.Or(c.DialTimeout, 5*time.Second)
	var conf *tls.Config
	if c.TLS.Enabled {
		var err error
		if conf, err = c.TLS.config(); err != nil {
			return nil, err
		}
	}
	switch {
	case c.Dial != nil:
		return []kgo.Opt{kgo.Dialer(dialer(c.Dial, conf, timeout))}, nil
	case conf != nil:
		return []kgo.Opt{kgo.DialTimeout(timeout), kgo.DialTLSConfig(conf)}, nil
	}
	return []kgo.Opt{kgo.DialTimeout(timeout)}, nil
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dialer bounds dial by the timeout and speaks TLS over it where conf is given: the library does both
// for connections that it opens itself only.
func dialer(dial dialFunc, conf *tls.Config, timeout time.Duration) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		conn, err := dial(ctx, network, address)
		if err != nil || conf == nil {
			return conn, err
		}
		own := conf.Clone()
		if own.ServerName == "" {
			if own.ServerName, _, err = net.SplitHostPort(address); err != nil {
				conn.Close()
				return nil, err
			}
		}
		secure := tls.Client(conn, own)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, err
		}
		return secure, nil
	}
}

func (c Config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

func (t TLS) config() (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("cannot read the authorities to trust: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("cannot use %s: it holds no PEM certificate", t.CAFile)
		}
	}
	if t.CertFile != "" {
		cert, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("cannot load the client certificate %s: %w", t.CertFile, err)
		}
		conf.Certificates = []tls.Certificate{cert}
	}
	return conf, nil
}

func (s SASL) mechanism() (sasl.Mechanism, error) {
	switch strings.ToLower(s.Mechanism) {
	case "plain":
		return plain.Auth{User: s.User, Pass: s.Password}.AsMechanism(), nil
	case "scram-sha-256":
		return scram.Auth{User: s.User, Pass: s.Password}.AsSha256Mechanism(), nil
	case "scram-sha-512":
		return scram.Auth{User: s.User, Pass: s.Password}.AsSha512Mechanism(), nil
	}
	return nil, fmt.Errorf("unknown SASL mechanism %q: want plain, scram-sha-256 or scram-sha-512",
		s.Mechanism)
}

// backoff waits 20 ms, 40 ms and so on up to one second between tries.
func backoff(tries int) time.Duration {
	return min(time.Second, 10*time.Millisecond<<min(max(tries, 1), 10))
}
