package retail_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/retail"
)

func TestParseMoney(t *testing.T) {
	f := func(s string, want retail.Money) {
		t.Helper()
		got, err := retail.ParseMoney(s)
		if err != nil || got != want {
			t.Errorf("ParseMoney(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	f("0", 0)
	f("3.86", 386)
	f("-3.86", -386)
	f("+1", 100)
	f(".5", 50)
	f("12.", 1200)
	f("0.004999", 0)
	f("0.005", 1)
	f("-0.005", -1)
	f("2.675", 268) // a binary float would say 267
	f("1.5e2", 15000)
	f("4.44089209850063e-16", 0)
	f("9999999999.99", 999_999_999_999)
	f("10000000000", 1_000_000_000_000)

	bad := func(s string) {
		t.Helper()
		if got, err := retail.ParseMoney(s); err == nil {
			t.Errorf("ParseMoney(%q) = %d, want an error", s, got)
		} else if !strings.Contains(err.Error(), s) {
			t.Errorf("the error %q does not name the value %q", err, s)
		}
	}
	bad("")
	bad("-")
	bad(".")
	bad("1,50")
	bad("0x10")
	bad("1e999")
	bad("NaN")
	bad("--1")
	bad("10000000000.01")
	bad("99999999999999999999999")
}

func TestMoneyPrintsWhatItReads(t *testing.T) {
	f := func(m retail.Money, want string) {
		t.Helper()
		if m.String() != want {
			t.Errorf("Money(%d) prints %q, want %q", int64(m), m, want)
		}
		if back, err := retail.ParseMoney(want); err != nil || back != m {
			t.Errorf("ParseMoney(%q) = %d, %v; want %d", want, back, err, m)
		}
	}
	f(0, "0.00")
	f(5, "0.05")
	f(-5, "-0.05")
	f(-120, "-1.20")
	f(23_393_524, "233935.24")
}

func TestMoneyTimesStaysInRange(t *testing.T) {
	f := func(m retail.Money, n int64, want retail.Money, fits bool) {
		t.Helper()
		got, err := m.Times(n)
		if fits != (err == nil) || got != want {
			t.Errorf("%d × %d = %d, %v; want %d", m, n, got, err, want)
		}
		if err != nil && !errors.Is(err, retail.ErrMoneyRange) {
			t.Errorf("%d × %d: %v is not ErrMoneyRange", m, n, err)
		}
	}
	f(250, 4, 1000, true)
	f(-250, 4, -1000, true)
	f(-250, -4, 1000, true)
	f(retail.MaxMoney, 1, retail.MaxMoney, true)
	f(retail.MaxMoney, 2, 0, false)
	f(1<<62, 1<<62, 0, false)
	f(-1<<63, 2, 0, false)
}

func TestMulPriceRoundsOncePerLine(t *testing.T) {
	f := func(price string, qty int64, want retail.Money) {
		t.Helper()
		got, err := retail.MulPrice(price, qty)
		if err != nil || got != want {
			t.Errorf("MulPrice(%q, %d) = %d, %v; want %d", price, qty, got, err, want)
		}
	}
	f("2.55", 6, 1530)
	f("0.001", 1, 0)
	f("0.001", 5, 1)
	f("0.035", 3, 11)
	f("2.55", -6, -1530)
	f("-11062.06", 1, -1_106_206)
	if _, err := retail.MulPrice("9999999999", 1_000_000); !errors.Is(err, retail.ErrMoneyRange) {
		t.Errorf("an overflowing product gives %v, want ErrMoneyRange", err)
	}
}

func TestMoneyJSON(t *testing.T) {
	var got struct{ A, B retail.Money }
	if err := json.Unmarshal([]byte(`{"A": 12.5, "B": "3.10"}`), &got); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(got)
	if err != nil || string(out) != `{"A":12.50,"B":3.10}` {
		t.Errorf("round trip gives %s, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"A": 0.001}`), &got); err == nil {
		t.Error("a tenth of a fen was accepted")
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1.005", "-1e3", "9e18", "1.", "00012.340"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := retail.ParseMoney(s)
		if err != nil {
			return
		}
		back, err := retail.ParseMoney(m.String())
		if err != nil || back != m {
			t.Errorf("%q reads as %s, which reads as %s, %v", s, m, back, err)
		}
	})
}
