package local

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// ServeConfig says what the child serves; Start passes Dir, Port and NoSync as flags.
type ServeConfig struct {
	// Dir is the data folder. Required.
	Dir string
	// Port on 127.0.0.1. Required.
	Port int
	// NoSync leaves it to the operating system when writes reach the disk.
	NoSync bool
	// MinFreeBytes is the room on the disk below which writes wait. Default 256 MiB: more than can be
	// written between two looks.
	MinFreeBytes uint64
	// Log receives what goes wrong. Default: discarded.
	Log *slog.Logger
}

// Serve is the body of the child process: it serves until ctx ends.
func Serve(ctx context.Context, cfg ServeConfig) error {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MinFreeBytes == 0 {
		cfg.MinFreeBytes = 256 << 20
	}
	unlock, err := lock(cfg.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	opts := []kfake.Opt{
		kfake.Ports(cfg.Port),
		kfake.ClusterID("tillstream-local"),
		kfake.DataDir(filepath.Join(cfg.Dir, "data")),
		kfake.WithLogger(engineLog{cfg.Log}),
		kfake.GroupMinSessionTimeout(time.Second),
		kfake.MaxVersions(versions()),
	}
	if !cfg.NoSync {
		opts = append(opts, kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return fmt.Errorf("cannot serve kafka from %s on port %d: %w", cfg.Dir, cfg.Port, err)
	}
	defer cluster.Close()
	disk := &diskGuard{dir: cfg.Dir, min: cfg.MinFreeBytes, log: cfg.Log}
	disk.install(cluster)
	members := newMemberGuard(cluster, cfg.Log)
	members.install()
	go disk.watch(ctx)
	return members.watch(ctx)
}

// versions are those of a current broker, but for one: a broker that knows version 3 of the request
// for a producer's identity takes any sequence number from a producer whose past it has forgotten.
// Of two batches under way when this one was killed, the second could then come first, and consumers
// would take the first for a repetition. An older broker refuses both, and the producer starts a new
// sequence in the right order. And one that is sent records under the identity of a topic which is gone,
// as the newest way to send them does, does not survive it; by name, it refuses them.
func versions() *kversion.Versions {
	v := kversion.Stable()
	v.SetMaxKeyVersion(kmsg.InitProducerID.Int16(), 2)
	v.SetMaxKeyVersion(kmsg.Produce.Int16(), 12)
	return v
}

// lock keeps a second server from the same folder; the kernel frees it however the process ends.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the kafka data folder: %w", err)
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot lock the kafka data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot lock %s: another kafka serves this folder: %w", path, err)
	}
	return func() { f.Close() }, nil
}

// engineLog hands the engine's warnings and errors to slog.
type engineLog struct{ log *slog.Logger }

// Logf writes one message.
func (l engineLog) Logf(level kfake.LogLevel, msg string, args ...any) {
	switch level {
	case kfake.LogLevelError:
		l.log.Error("kafka engine: " + fmt.Sprintf(msg, args...))
	case kfake.LogLevelWarn:
		l.log.Warn("kafka engine: " + fmt.Sprintf(msg, args...))
	}
}
