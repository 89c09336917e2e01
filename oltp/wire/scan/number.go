package scan

import "github.com/tillstream/tillstream/retail"

// number reads the token of a number by the grammar of RFC 8259.
func (r *Reader) number() []byte {
	start := r.pos
	if r.at() == '-' {
		r.pos++
	}
	if r.at() == '0' {
		r.pos++
	} else {
		r.digits()
	}
	if r.at() == '.' {
		r.pos++
		r.digits()
	}
	if c := r.at(); c == 'e' || c == 'E' {
		r.pos++
		if c := r.at(); c == '+' || c == '-' {
			r.pos++
		}
		r.digits()
	}
	if r.broken {
		return nil
	}
	return r.buf[start:r.pos]
}

// at returns the byte under the cursor, or 0 at the end.
func (r *Reader) at() byte {
	if r.pos < len(r.buf) {
		return r.buf[r.pos]
	}
	return 0
}

// digits reads one or more digits.
func (r *Reader) digits() {
	start := r.pos
	for c := r.at(); c >= '0' && c <= '9'; c = r.at() {
		r.pos++
	}
	if r.pos == start {
		r.breaks("expected a digit")
	}
}

// fastInt converts a short token of digits.
func fastInt(token []byte) (n int64, ok bool) {
	digits := token
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) > 18 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if token[0] == '-' {
		n = -n
	}
	return n, true
}

// parseFen converts the token of an amount to fen without a float in between. Trailing zeros past
// the second place are allowed, other digits there are not.
func parseFen(token []byte) (fen int64, reason string) {
	digits, neg := token, token[0] == '-'
	if neg {
		digits = digits[1:]
	}
	places := -1
	for _, c := range digits {
		switch {
		case c == '.':
			places = 0
			continue
		case c < '0' || c > '9':
			return 0, "must be an amount without an exponent"
		case places >= 2 && c != '0':
			return 0, "must have at most two decimal places"
		case places >= 2:
			continue
		case places >= 0:
			places++
		}
		if fen = fen*10 + int64(c-'0'); fen > int64(retail.MaxMoney) {
			return 0, "is out of range: " + retail.ErrMoneyRange.Error()
		}
	}
	for places = max(places, 0); places < 2; places++ {
		fen *= 10
	}
	if fen > int64(retail.MaxMoney) {
		return 0, "is out of range: " + retail.ErrMoneyRange.Error()
	}
	if neg {
		fen = -fen
	}
	return fen, ""
}
