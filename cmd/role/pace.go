package role

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
)

// pace holds history back while the stream has more than a moment's work before it, so that a live sale
// does not wait behind months of old ones.
type pace struct {
	// lag is what the stream last said of the records it has not written.
	lag atomic.Int64
}

const (
	paceEvery = 100 * time.Millisecond
	// paceRecords is about what the stream writes in a quarter of a second.
	paceRecords = 2_000
)

// watch asks the stream until ctx ends. A stream that does not answer holds nothing back: orders are
// taken and kept without it.
func (p *pace) watch(ctx context.Context, url string) {
	tick := time.NewTicker(paceEvery)
	defer tick.Stop()
	for {
		lag, err := streamLag(ctx, url)
		if err != nil {
			lag = 0
		}
		p.lag.Store(lag)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func streamLag(ctx context.Context, url string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), "tillstream_stream_lag_records "); ok {
			lag, err := strconv.ParseFloat(value, 64)
			return int64(lag), err
		}
	}
	return 0, fmt.Errorf("%s does not tell the stream's lag", url)
}

// pacedShop is the write API for history: it waits before each bulk while the stream is behind.
type pacedShop struct {
	*client.Client
	pace *pace
}

// PlaceOrders places orders when the stream has caught up.
func (s pacedShop) PlaceOrders(ctx context.Context, orders []wire.OrderRow) ([]wire.Row, error) {
	for s.pace.lag.Load() > paceRecords {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(paceEvery / 4):
		}
	}
	return s.Client.PlaceOrders(ctx, orders)
}
