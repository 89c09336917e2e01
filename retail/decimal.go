package retail

import (
	"errors"
	"strconv"
	"strings"
)

var errDecimal = errors.New("not a decimal number")

// parseDecimal reads s as a decimal number scaled by 10^places, rounded half away from zero. It
// works on digits, because a binary float cannot hold one tenth.
func parseDecimal(s string, places int) (int64, error) {
	mantissa, exp, err := splitExponent(s)
	if err != nil {
		return 0, err
	}
	neg := strings.HasPrefix(mantissa, "-")
	mantissa = strings.TrimPrefix(strings.TrimPrefix(mantissa, "-"), "+")
	whole, frac, _ := strings.Cut(mantissa, ".")
	digits := whole + frac
	if digits == "" || len(digits) > 40 || strings.Trim(digits, "0123456789") != "" {
		return 0, errDecimal
	}
	// point is where the decimal point of the scaled number stands in digits.
	point := len(whole) + exp + places
	n, err := roundAt(digits, point)
	if err != nil {
		return 0, err
	}
	if limit := int64(MaxMoney) * pow10(places-2); n > limit {
		return 0, ErrMoneyRange
	}
	if neg {
		n = -n
	}
	return n, nil
}

func splitExponent(s string) (mantissa string, exp int, err error) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, nil
	}
	exp, err = strconv.Atoi(s[i+1:])
	if err != nil || exp < -60 || exp > 60 {
		return "", 0, errDecimal
	}
	return s[:i], exp, nil
}

func roundAt(digits string, point int) (int64, error) {
	if point < 0 {
		return 0, nil
	}
	for len(digits) < point {
		digits += "0"
	}
	kept := strings.TrimLeft(digits[:point], "0")
	if len(kept) > 18 {
		return 0, ErrMoneyRange
	}
	var n int64
	for _, d := range kept {
		n = n*10 + int64(d-'0')
	}
	if point < len(digits) && digits[point] >= '5' {
		n++
	}
	return n, nil
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
