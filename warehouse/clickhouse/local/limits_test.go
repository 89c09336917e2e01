package local

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFullQueueIsRefused(t *testing.T) {
	p := &pool{wait: time.Millisecond, slots: make(chan struct{}, 1)}
	p.slots <- struct{}{}
	f := func(ctx context.Context, code int) {
		t.Helper()
		_, err := p.acquire(ctx, "")
		var known *exception
		if !errors.As(err, &known) || known.code != code {
			t.Errorf("got %v, want code %d", err, code)
		}
	}
	f(context.Background(), codeTooManyQueries)
	p.wait = time.Hour
	left, cancel := context.WithCancel(context.Background())
	cancel()
	f(left, codeCancelled)
}

func TestBodyErrors(t *testing.T) {
	f := func(err error, code int, text string) {
		t.Helper()
		var known *exception
		if !errors.As(bodyError(err), &known) || known.code != code || !strings.Contains(known.text, text) {
			t.Errorf("%v became %v", err, bodyError(err))
		}
	}
	f(syscall.ENOSPC, codeNoSpace, "no space left on device")
	f(io.ErrUnexpectedEOF, codeCannotRead, "unexpected EOF")
	f(&http.MaxBytesError{Limit: 7}, codeTooManyBytes, "7 bytes")
	_, err := io.ReadAll(&limitedBody{r: bytes.NewReader(make([]byte, 11)), limit: 10, left: 10})
	f(err, codeTooManyBytes, "10 bytes")
}

func TestParseException(t *testing.T) {
	f := func(text string, code int, want string) {
		t.Helper()
		var known *exception
		if !errors.As(parseException(text), &known) || known.code != code || known.text != want {
			t.Errorf("%q became %+v", text, known)
		}
	}
	plain := "Code: 60. DB::Exception: Table x does not exist. (UNKNOWN_TABLE)"
	f(plain, 60, plain)
	f("Code: 60. DB::Exception: "+plain+" (version 26.5.1.1). (UNKNOWN_TABLE)", 60, plain)
	f("out of luck.", codeStdException, "Code: 1001. DB::Exception: out of luck. (STD_EXCEPTION)")
	quoting := "Code: 395. DB::Exception: said 'Code: 60. DB::Exception: no'. (X)"
	f(quoting, 395, quoting)
}

func TestWithoutSpool(t *testing.T) {
	err := withoutSpool(&exception{27, "Code: 27. DB::Exception: Cannot parse: (at row 1)\n: (in file/uri " +
		"/d/spool/insert-1): While executing ParallelParsingBlockInputFormat: While executing File: " +
		"data for INSERT was parsed from file. (X)"}, "/d/spool")
	if want := "Code: 27. DB::Exception: Cannot parse: (at row 1)\n. (X)"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}
