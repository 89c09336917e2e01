package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/ingest/kafka"
	kafkalocal "github.com/tillstream/tillstream/ingest/kafka/local"
	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	clickhouselocal "github.com/tillstream/tillstream/warehouse/clickhouse/local"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// mill is what lies between the log and the warehouse, without the rest of a chain: Kafka, ClickHouse
// and, once it is started, the stream role, each a process of its own.
type mill struct {
	*run
	dir        string
	kafka      *kafkalocal.Server
	clickhouse *clickhouselocal.Server
	stream     *child.Process
	db         *clickhouse.DB
}

func (r *run) openMill(ctx context.Context) (*mill, error) {
	r.step("stream: starting Kafka and ClickHouse")
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot use the data folder %s: %w", r.Dir, err)
	}
	dir, err := os.MkdirTemp(r.Dir, "bench-stream-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a folder for the bench: %w", err)
	}
	m := &mill{run: r, dir: dir}
	if err := m.start(ctx); err != nil {
		return nil, m.close(err)
	}
	return m, nil
}

func (m *mill) start(ctx context.Context) (err error) {
	m.kafka, err = kafkalocal.Start(ctx, kafkalocal.Config{Dir: filepath.Join(m.dir, "kafka"),
		Exe: []string{m.Exe, "engine", "kafka"}})
	if err != nil {
		return err
	}
	m.clickhouse, err = clickhouselocal.Start(ctx, clickhouselocal.Config{
		Dir: filepath.Join(m.dir, "clickhouse"), Exe: []string{m.Exe, "engine", "clickhouse"}})
	if err != nil {
		return err
	}
	if m.db, err = m.database(ctx, ""); err != nil {
		return err
	}
	admin, err := kafka.NewAdmin(m.log())
	if err != nil {
		return err
	}
	defer admin.Close()
	return admin.EnsureTopics(ctx, kafka.Topics(chain.Partitions, 1, 0)...)
}

func (m *mill) log() kafka.Config {
	return kafka.Config{Brokers: []string{m.kafka.Address()}, ClientID: "tillstream-bench", Log: m.Log}
}

// database opens a database with the tables and rollups of a warehouse.
func (m *mill) database(ctx context.Context, name string) (*clickhouse.DB, error) {
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: m.clickhouse.URL(), Database: name, Log: m.Log})
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx, schema.Files()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// consume starts the stream role and returns when it listens.
func (m *mill) consume(ctx context.Context) error {
	port, err := child.Port(filepath.Join(m.dir, "port"))
	if err != nil {
		return err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	cmd := exec.Command(m.Exe, "stream", "--listen", address)
	cmd.Env = append(os.Environ(), "TILLSTREAM_KAFKA="+m.kafka.Address(),
		"TILLSTREAM_CLICKHOUSE="+m.clickhouse.URL())
	m.stream, err = child.Start(ctx, child.Spec{Name: "stream", Cmd: cmd,
		LogFile: filepath.Join(m.dir, "stream.log"),
		Ready: func(ctx context.Context) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/livez", nil)
			if err != nil {
				return err
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		}})
	return err
}

// close stops what runs. After a failure it says where the logs are.
func (m *mill) close(failed error) error {
	stop, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	end := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	if m.stream != nil {
		end(m.stream.Stop(stop))
	}
	if m.db != nil {
		end(m.db.Close())
	}
	if m.clickhouse != nil {
		end(m.clickhouse.Stop(stop))
	}
	if m.kafka != nil {
		end(m.kafka.Stop(stop))
	}
	if failed == nil || errors.Is(failed, context.Canceled) {
		return failed
	}
	return fmt.Errorf("%w (the logs are in %s)", failed, m.dir)
}
