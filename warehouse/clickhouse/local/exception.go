package local

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Codes of ClickHouse's exceptions that this package raises or translates itself.
const (
	codeBadArguments      = 36
	codeNotImplemented    = 48
	codeSyntaxError       = 62
	codeUnknownQueryType  = 78
	codeUnknownPacket     = 99
	codeUnknownSetting    = 115
	codeCannotRead        = 74
	codeCannotDecompress  = 271
	codeTimeout           = 159
	codeReadonly          = 164
	codeRequiredPassword  = 194
	codeTooManyQueries    = 202
	codeNoSpace           = 243
	codeIntoOutfile       = 291
	codeSessionNotFound   = 372
	codeSessionIsLocked   = 373
	codeUnknownCompressed = 89
	codeCancelled         = 394
	codeTooManyBytes      = 307
	codeAuthentication    = 516
	codeMediaType         = 713
	codeStdException      = 1001
)

// exception is an error as the engine words it: "Code: 62. DB::Exception: … (SYNTAX_ERROR)".
type exception struct {
	code int
	text string
}

// Error is the text as a client sees it, without the version.
func (e *exception) Error() string { return e.text }

func newException(code int, text, name string) *exception {
	return &exception{code, fmt.Sprintf("Code: %d. DB::Exception: %s. (%s)", code, text, name)}
}

func syntaxError(text string) *exception {
	return newException(codeSyntaxError, "Syntax error ("+text+")", "SYNTAX_ERROR")
}

// leadingCode matches the start of an exception's text.
const leadingCode = `^\s*Code: (\d+)\.`

// parseException reads the engine's own text of an error.
func parseException(text string) error {
	m := regexp.MustCompile(leadingCode).FindStringSubmatch(text)
	if m == nil {
		return &exception{codeStdException, fmt.Sprintf("Code: %d. DB::Exception: %s. (STD_EXCEPTION)",
			codeStdException, strings.TrimSuffix(text, "."))}
	}
	code, err := strconv.Atoi(m[1])
	if err != nil {
		code = codeStdException
	}
	return &exception{code, unnest(strings.TrimSpace(text), m[0])}
}

// unnest removes the repetition of an exception that passed through two layers of the engine:
// "Code: 107. DB::Exception: Code: 107. DB::Exception: … (NAME) (version 26.5.1.1). (NAME)".
func unnest(text, code string) string {
	twice := code + " DB::Exception: "
	if !strings.HasPrefix(text, twice+twice) {
		return text
	}
	inner := strings.TrimPrefix(text, twice)
	if i := strings.LastIndex(inner, " (version "); i > 0 {
		inner = inner[:i]
	}
	return inner
}

// status is the HTTP status that a server gives an exception.
func (e *exception) status() int {
	switch e.code {
	case codeRequiredPassword:
		return http.StatusUnauthorized
	case 192, 193, codeAuthentication, 512, 497: // UNKNOWN_USER … ACCESS_DENIED
		return http.StatusForbidden
	case codeBadArguments, 427, 6, 25, 26, 38, 41, 72, 434, 441, 675, 27, 376, 15, 44, 19, 20, 8,
		33011, 167, 168, 170, codeSyntaxError, 117, 53, 321:
		return http.StatusBadRequest
	case 60, 46, 47, 50, 56, 81, codeUnknownSetting, 106, 63, 73, 336, codeUnknownQueryType, 511:
		return http.StatusNotFound
	case 137:
		return http.StatusRequestEntityTooLarge
	case codeNotImplemented:
		return http.StatusNotImplemented
	case 209, 76, 439: // SOCKET_TIMEOUT, CANNOT_OPEN_FILE, CANNOT_SCHEDULE_TASK
		return http.StatusServiceUnavailable
	case codeTimeout:
		return http.StatusRequestTimeout
	case 381:
		return http.StatusLengthRequired
	case codeMediaType:
		return http.StatusUnsupportedMediaType
	}
	return http.StatusInternalServerError
}
