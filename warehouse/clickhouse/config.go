package clickhouse

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// Config says where ClickHouse is and how it is used.
type Config struct {
	// URL is http(s)://user:password@host:8123/database; several hosts are separated by commas and tried
	// in order. Required.
	URL string
	// Database replaces the one in URL. "" with none in URL means "default".
	Database string
	// User replaces the one in URL. "" with none in URL means "default".
	User string
	// Password replaces the one in URL.
	Password string
	// Compression of what is sent and received: "none", "lz4" or "zstd". "" means "none", which is the
	// fastest over loopback; between machines lz4 pays.
	Compression string
	// DialTimeout bounds the making of a TCP connection. 0 means 5 s.
	DialTimeout time.Duration
	// ReadTimeout bounds the wait for the first byte of an answer. 0 means 5 min, as the answer to an
	// INSERT comes when it is written.
	ReadTimeout time.Duration
	// MaxConns is the number of connections, and so of queries at a time; further ones wait. 0 means 8.
	MaxConns int
	// ConnWait bounds that wait, after which the error is ErrUnavailable. 0 means 30 s.
	ConnWait time.Duration
	// Cluster is the name of the cluster over which Migrate spreads the schema, as the servers call it; ""
	// means one server. Only Migrate needs it: everything else reads and writes the same names.
	Cluster string
	// Sharding is what decides on the shard of a row, see cluster.Layout.
	Sharding string
	// Log receives the client library's messages of level Warn and above. nil means silence.
	Log *slog.Logger
}

func (c Config) options() (*ch.Options, error) {
	opt, err := ch.ParseDSN(c.URL)
	if err != nil {
		return nil, fmt.Errorf("cannot read the ClickHouse URL: %w", err)
	}
	opt.Protocol = ch.HTTP
	opt.Auth.Database = cmp.Or(c.Database, opt.Auth.Database, "default")
	opt.Auth.Username = cmp.Or(c.User, opt.Auth.Username, "default")
	opt.Auth.Password = cmp.Or(c.Password, opt.Auth.Password)
	if opt.Compression, err = compression(c.Compression); err != nil {
		return nil, err
	}
	// The client library's DialTimeout bounds the wait for a free connection, the first question on it
	// included; the dialer has its own bound.
	opt.DialTimeout = cmp.Or(c.ConnWait, 30*time.Second)
	dialer := net.Dialer{Timeout: cmp.Or(c.DialTimeout, 5*time.Second)}
	opt.DialContext = func(ctx context.Context, address string) (net.Conn, error) {
		return dialer.DialContext(ctx, "tcp", address)
	}
	opt.ReadTimeout = cmp.Or(c.ReadTimeout, 5*time.Minute)
	opt.MaxOpenConns = cmp.Or(c.MaxConns, 8)
	opt.MaxIdleConns = opt.MaxOpenConns
	opt.ConnOpenStrategy = ch.ConnOpenInOrder
	opt.ConnMaxLifetime = time.Hour
	opt.ClientInfo.Products = append(opt.ClientInfo.Products,
		struct{ Name, Version string }{"tillstream", "1"})
	if c.Log != nil {
		opt.Logger = slog.New(quiet{c.Log.Handler()})
	}
	return opt, nil
}

func compression(name string) (*ch.Compression, error) {
	switch name {
	case "", "none":
		return nil, nil
	case "lz4":
		return &ch.Compression{Method: ch.CompressionLZ4}, nil
	case "zstd":
		return &ch.Compression{Method: ch.CompressionZSTD, Level: 1}, nil
	}
	return nil, fmt.Errorf("cannot use the compression %q: want none, lz4 or zstd", name)
}
