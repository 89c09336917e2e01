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
	dst = appendText(dst, []byte(fasthttp.StatusMessage(p.status)))
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(p.status), 10)
	dst = append(dst, `,"detail":`...)
	dst = appendText(dst, []byte(p.field+" "+strconv.Quote(clip([]byte(p.value)))+": "+p.reason))
	dst = append(dst, `,"errors":[{"field":`...)
	dst = appendText(dst, []byte(p.field))
	dst = append(dst, `,"value":`...)
	dst = appendText(dst, []byte(clip([]byte(p.value))))
	dst = append(dst, `,"reason":`...)
	dst = appendText(dst, []byte(p.reason))
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
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	return Stats{
		Requests: s.counts.requests.Load(), Lookups: s.counts.lookups.Load(),
		Failed: s.counts.failed.Load(), Refused: s.counts.refused.Load(),
		Connections: int64(s.http.GetOpenConnectionsCount()),
	}
}
