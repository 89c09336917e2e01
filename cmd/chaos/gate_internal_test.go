package chaos

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// echo answers each line with itself in capitals.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				chunk := make([]byte, 1024)
				for {
					n, err := c.Read(chunk)
					if err != nil {
						return
					}
					if _, err := io.WriteString(c, strings.ToUpper(string(chunk[:n]))); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func through(t *testing.T, g *gate) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", g.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func say(t *testing.T, c net.Conn, text string) (answer string, err error) {
	t.Helper()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		return "", err
	}
	into := make([]byte, len(text))
	_, err = io.ReadFull(c, into)
	return string(into), err
}

func TestAGateShowsWhatPassesAtTheRightMoment(t *testing.T) {
	g, err := openGate(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer g.listener.Close()
	f := func(name string, s sight, springs bool) {
		t.Helper()
		sprung := make(chan struct{}, 2)
		clear := g.set(s, func() { sprung <- struct{}{} })
		c := through(t, g)
		for range 2 {
			if answer, err := say(t, c, "insert a row"); err != nil || answer != "INSERT A ROW" {
				t.Fatalf("%s: got %q, %v", name, answer, err)
			}
		}
		if got := len(sprung); got > 1 || got == 1 != springs {
			t.Errorf("%s: the trap sprang %d times", name, got)
		}
		if clear() == springs {
			t.Errorf("%s: the trap is there: %t", name, springs)
		}
	}
	f("asked", sight{of: "insert"}, true)
	f("told", sight{of: "insert", when: afterPassing}, true)
	f("answered", sight{of: "insert", when: beforeAnswer}, true)
	f("the second", sight{of: "insert", skip: 1}, true)
	f("the third of two", sight{of: "insert", skip: 2}, false)
	f("in the answer", sight{of: "INSERT", back: true}, true)
	f("in the wrong direction", sight{of: "INSERT"}, false)
	f("nowhere", sight{of: "select"}, false)
}

func TestASightMayBeginInOnePieceAndEndInTheNext(t *testing.T) {
	g := &gate{}
	g.set(sight{of: "COMMIT"}, func() {})
	before := keepTail(nil, []byte("begin; COM"))
	if g.look(before, []byte("MIT; begin"), false) == nil {
		t.Error("it was not seen")
	}
	g.set(sight{of: "COMMIT"}, func() {})
	if g.look(keepTail(before, []byte("; ")), []byte("MIT"), false) != nil {
		t.Error("what is not there was seen")
	}
}

func TestAShutGateLetsNobodyThrough(t *testing.T) {
	g, err := openGate(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer g.listener.Close()
	c := through(t, g)
	if _, err := say(t, c, "hello"); err != nil {
		t.Fatal(err)
	}
	g.close()
	if answer, err := say(t, c, "hello"); err == nil {
		t.Errorf("who was inside hears %q", answer)
	}
	if answer, err := say(t, through(t, g), "hello"); err == nil {
		t.Errorf("who comes later hears %q", answer)
	}
	g.open()
	if answer, err := say(t, through(t, g), "hello"); err != nil || answer != "HELLO" {
		t.Errorf("once it is open: %q, %v", answer, err)
	}
}
