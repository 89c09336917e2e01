package edge

import (
	"strconv"
	"sync/atomic"

	"github.com/valyala/fasthttp"
)

// problem is an RFC 9457 problem with the one field that is wrong.
type problem struct {
	status               int
	field, value, reason string
}

func (s *Server) fail(ctx *fasthttp.RequestCtx, p problem) {
	s.counts.failed.Add(1)
	dst := append([]byte(nil), `{"type":"about:blank","title":`...)
	dst = appendText(dst, fasthttp.StatusMessage(p.status))
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(p.status), 10)
	dst = append(dst, `,"detail":`...)
	dst = appendText(dst, p.field+" "+strconv.Quote(clip([]byte(p.value)))+": "+p.reason)
	dst = append(dst, `,"errors":[{"field":`...)
	dst = appendText(dst, p.field)
	dst = append(dst, `,"value":`...)
	dst = appendText(dst, clip([]byte(p.value)))
	dst = append(dst, `,"reason":`...)
	dst = appendText(dst, p.reason)
	dst = append(dst, "}]}\n"...)
	ctx.SetStatusCode(p.status)
	ctx.SetContentType("application/problem+json")
	ctx.SetBody(dst)
}

type counts struct{ requests, lookups, failed, refused atomic.Int64 }

// Stats counts requests.
type Stats struct {
	// Requests were received, Lookups of single levels made for them, Failed ended in a problem, of
	// which Refused lacked a good token. Connections are open now.
	Requests, Lookups, Failed, Refused, Connections int64
	// Answers are recommendations, of which Cached came from the cache, Empty had no item and Impersonal
	// were not made for anybody. Items is how many goods they showed, those from the cache left out.
	Answers, Cached, Empty, Impersonal, Items int64
	// Bundles were made for wishes, Outfits completed.
	Bundles, Outfits int64
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	stats := Stats{
		Requests: s.counts.requests.Load(), Lookups: s.counts.lookups.Load(),
		Failed: s.counts.failed.Load(), Refused: s.counts.refused.Load(),
		Connections: int64(s.http.GetOpenConnectionsCount()),
	}
	if s.advice != nil {
		c := &s.advice.counts
		stats.Answers, stats.Cached, stats.Empty = c.answers.Load(), c.cached.Load(), c.empty.Load()
		stats.Bundles, stats.Outfits = c.bundles.Load(), c.outfits.Load()
		stats.Impersonal, stats.Items = c.impersonal.Load(), c.items.Load()
	}
	return stats
}
