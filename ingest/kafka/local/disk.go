package local

import (
	"context"
	"log/slog"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// diskGuard makes producers wait while the disk is almost full. Left to itself the engine fails a
// batch that does not fit and then stores a smaller one behind it: the order within the partition is
// broken, and consumers, who drop what is not above the last position, would drop the first batch
// when it is repeated. An error that says "later" before the engine has looked at the batch keeps the
// producer's order.
type diskGuard struct {
	dir  string
	min  uint64
	log  *slog.Logger
	full atomic.Bool
}

func (g *diskGuard) install(cluster *kfake.Cluster) {
	g.look()
	cluster.ControlKey(kmsg.Produce.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		if !g.full.Load() {
			return nil, nil, false
		}
		cluster.KeepControl()
		return refuse(req.(*kmsg.ProduceRequest)), nil, true
	})
}

// watch looks at the disk until ctx ends.
func (g *diskGuard) watch(ctx context.Context) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			g.look()
		}
	}
}

func (g *diskGuard) look() {
	var st syscall.Statfs_t
	if err := syscall.Statfs(g.dir, &st); err != nil {
		g.log.Warn("cannot see how full the disk is", "dir", g.dir, "error", err)
		return
	}
	free := st.Bavail * uint64(st.Bsize)
	full := free < g.min
	if g.full.Swap(full) == full {
		return
	}
	if full {
		g.log.Error("the disk is almost full; writes to kafka wait until there is room",
			"dir", g.dir, "free_bytes", free, "min_free_bytes", g.min)
		return
	}
	g.log.Info("there is room on the disk again; writes to kafka go on", "free_bytes", free)
}

// refuse answers every partition with an error that producers repeat.
func refuse(req *kmsg.ProduceRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.ProduceResponse)
	for _, t := range req.Topics {
		st := kmsg.NewProduceResponseTopic()
		st.Topic, st.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			sp := kmsg.NewProduceResponseTopicPartition()
			sp.Partition, sp.ErrorCode = p.Partition, kerr.KafkaStorageError.Code
			st.Partitions = append(st.Partitions, sp)
		}
		resp.Topics = append(resp.Topics, st)
	}
	return resp
}
