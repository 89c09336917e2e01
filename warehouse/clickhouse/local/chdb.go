package local

import (
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"
)

// chdb is the engine's C interface, bound without cgo. Signatures follow chdb.h of chdb 26.5.
type chdb struct {
	connect        func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn      func(conn unsafe.Pointer)
	signalHandlers func(enabled int32)
	query          queryFunc
	streamQuery    queryFunc
	streamFetch    func(conn, stream unsafe.Pointer) unsafe.Pointer
	streamCancel   func(conn, stream unsafe.Pointer)
	destroy        func(result unsafe.Pointer)
	buffer         func(result unsafe.Pointer) unsafe.Pointer
	length         func(result unsafe.Pointer) uintptr
	elapsed        func(result unsafe.Pointer) float64
	rowsRead       func(result unsafe.Pointer) uint64
	bytesRead      func(result unsafe.Pointer) uint64
	storageRows    func(result unsafe.Pointer) uint64
	storageBytes   func(result unsafe.Pointer) uint64
	rowsWritten    func(result unsafe.Pointer) uint64
	bytesWritten   func(result unsafe.Pointer) uint64
	errorText      func(result unsafe.Pointer) unsafe.Pointer
}

// queryFunc is chdb_query_with_params_n and its streaming twin: every string goes with its length, so
// that a query may hold any byte.
type queryFunc func(conn, query unsafe.Pointer, queryLen uintptr, format unsafe.Pointer,
	formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer

// loadChdb loads libchdb.so. The engine must not install signal handlers: they would replace those of
// the Go runtime.
func loadChdb(library string) (*chdb, error) {
	lib, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("cannot load the ClickHouse engine %s: %w", library, err)
	}
	var c chdb
	for name, fn := range map[string]any{
		"chdb_connect":                     &c.connect,
		"chdb_close_conn":                  &c.closeConn,
		"chdb_set_signal_handlers_enabled": &c.signalHandlers,
		"chdb_query_with_params_n":         &c.query,
		"chdb_stream_query_with_params_n":  &c.streamQuery,
		"chdb_stream_fetch_result":         &c.streamFetch,
		"chdb_stream_cancel_query":         &c.streamCancel,
		"chdb_destroy_query_result":        &c.destroy,
		"chdb_result_buffer":               &c.buffer,
		"chdb_result_length":               &c.length,
		"chdb_result_elapsed":              &c.elapsed,
		"chdb_result_rows_read":            &c.rowsRead,
		"chdb_result_bytes_read":           &c.bytesRead,
		"chdb_result_storage_rows_read":    &c.storageRows,
		"chdb_result_storage_bytes_read":   &c.storageBytes,
		"chdb_result_rows_written":         &c.rowsWritten,
		"chdb_result_bytes_written":        &c.bytesWritten,
		"chdb_result_error":                &c.errorText,
	} {
		sym, err := purego.Dlsym(lib, name)
		if err != nil {
			return nil, fmt.Errorf("cannot use %s as ClickHouse engine: %w", library, err)
		}
		purego.RegisterFunc(fn, sym)
	}
	c.signalHandlers(0)
	return &c, nil
}

// open makes one more connection to the data folder. All connections of a process share one engine.
func (c *chdb) open(args ...string) (*session, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]unsafe.Pointer, 0, len(args)+2)
	for _, arg := range append([]string{"clickhouse"}, args...) {
		b := append([]byte(arg), 0)
		pin.Pin(&b[0])
		argv = append(argv, unsafe.Pointer(&b[0]))
	}
	argv = append(argv, nil)
	pin.Pin(&argv[0])
	handle := c.connect(int32(len(argv)-1), unsafe.Pointer(&argv[0]))
	if handle == nil {
		return nil, errors.New("the engine refused the connection")
	}
	return &session{c: c, handle: handle, conn: *(*unsafe.Pointer)(handle)}, nil
}

// session is one connection to the engine. It runs one statement at a time.
type session struct {
	c      *chdb
	handle unsafe.Pointer // chdb_connection *
	conn   unsafe.Pointer // chdb_connection
}

func (s *session) close() { s.c.closeConn(s.handle) }

// param is a query parameter: {name:Type} in the statement.
type param struct{ name, value string }

// run executes statements and returns the result of the last one. The result must be freed.
func (s *session) run(query, format string, params []param) (*result, error) {
	return s.call(s.c.query, query, format, params)
}

// stream starts a statement whose result is fetched in pieces.
func (s *session) stream(query, format string, params []param) (*stream, error) {
	r, err := s.call(s.c.streamQuery, query, format, params)
	if err != nil {
		return nil, err
	}
	return &stream{s: s, handle: r}, nil
}

func (s *session) call(f queryFunc, query, format string, params []param) (*result, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	n := len(params)
	names, values := make([]unsafe.Pointer, n+1), make([]unsafe.Pointer, n+1)
	nameLens, valueLens := make([]uintptr, n+1), make([]uintptr, n+1)
	for i, p := range params {
		names[i], nameLens[i] = pinned(&pin, p.name), uintptr(len(p.name))
		values[i], valueLens[i] = pinned(&pin, p.value), uintptr(len(p.value))
	}
	pin.Pin(&names[0])
	pin.Pin(&values[0])
	h := f(s.conn, pinned(&pin, query), uintptr(len(query)),
		pinned(&pin, format), uintptr(len(format)),
		unsafe.Pointer(&names[0]), unsafe.Pointer(&nameLens[0]),
		unsafe.Pointer(&values[0]), unsafe.Pointer(&valueLens[0]), uintptr(n))
	return s.c.result(h)
}

// pinned keeps the string's bytes in place for the time of a call. An empty string is given an address
// too, because the engine takes a null pointer for a missing argument.
func pinned(pin *runtime.Pinner, s string) unsafe.Pointer {
	b := append([]byte(s), 0)
	pin.Pin(&b[0])
	return unsafe.Pointer(&b[0])
}

// result is memory of the engine. It must be freed.
type result struct {
	c *chdb
	h unsafe.Pointer
}

// result takes a handle over; an error in it frees it.
func (c *chdb) result(h unsafe.Pointer) (*result, error) {
	if h == nil {
		return nil, errors.New("the engine returned neither a result nor an error")
	}
	r := &result{c: c, h: h}
	if text := c.errorText(h); text != nil {
		err := parseException(cString(text))
		r.free()
		return nil, err
	}
	return r, nil
}

// bytes is the engine's own memory: valid until free.
func (r *result) bytes() []byte {
	n := r.c.length(r.h)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(r.c.buffer(r.h)), n)
}

func (r *result) rows() uint64 { return r.c.rowsRead(r.h) }

func (r *result) free() {
	if r.h != nil {
		r.c.destroy(r.h)
		r.h = nil
	}
}

// progress is what the engine counted for a statement.
type progress struct {
	ReadRows, ReadBytes       uint64
	WrittenRows, WrittenBytes uint64
	ResultRows, ResultBytes   uint64
	Elapsed                   time.Duration
}

func (p *progress) add(r *result) {
	c := r.c
	p.ReadRows += c.storageRows(r.h)
	p.ReadBytes += c.storageBytes(r.h)
	p.WrittenRows += c.rowsWritten(r.h)
	p.WrittenBytes += c.bytesWritten(r.h)
	p.ResultRows += c.rowsRead(r.h)
	p.ResultBytes += c.bytesRead(r.h)
	p.Elapsed += time.Duration(c.elapsed(r.h) * float64(time.Second))
}

// stream is a running statement.
type stream struct {
	s      *session
	handle *result
}

// next returns the next piece, nil at the end. The piece must be freed.
func (t *stream) next() (*result, error) {
	r, err := t.s.c.result(t.s.c.streamFetch(t.s.conn, t.handle.h))
	if err != nil {
		return nil, err
	}
	if t.s.c.length(r.h) == 0 {
		r.free()
		return nil, nil
	}
	return r, nil
}

// close ends the statement if it still runs and frees it.
func (t *stream) close() {
	t.s.c.streamCancel(t.s.conn, t.handle.h)
	t.handle.free()
}

func cString(p unsafe.Pointer) string {
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}
