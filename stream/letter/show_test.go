package letter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/letter"
)

func (h *hall) show(id string) *letter.Shown {
	h.t.Helper()
	s, err := h.Show(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func TestAFactIsShownFieldByField(t *testing.T) {
	h := newHall(t)
	h.bury(dead(wire(t, 77), 1, "event breaks a rule: no", nil))
	s := h.show(h.list(letter.Filter{})[0].ID)
	fields := map[string]string{}
	for _, f := range append(s.Fact, s.Headers...) {
		fields[f.Path] = f.Value
	}
	for path, want := range map[string]string{"order_id": "77", "store_id": "3",
		"member_id": event.Hidden, "external_ref": event.Hidden,
		event.HeaderType: event.KindOrderPlaced.String(), letter.HeaderOffset: "1",
		letter.HeaderReason: "event breaks a rule: no"} {
		if fields[path] != want {
			t.Errorf("%s is %q, want %q", path, fields[path], want)
		}
	}
	if !s.Sendable || s.Fault != "" || s.Dump != "" {
		t.Errorf("shown as %+v", s)
	}
}

// Whatever foreign bytes come in whatever place: a name, a telephone number or an address must not come
// out, be it listed, shown, or given as the reason why a letter is skipped.
func TestNothingPersonalIsShown(t *testing.T) {
	secrets := []string{"13800138000", "Zhang San", "anna@example.com", "张三", "anna.schmidt"}
	h := newHall(t)
	position := uint64(0)
	f := func(change func(h map[string]string, secret string), value func(secret string) []byte) {
		t.Helper()
		for _, secret := range secrets {
			position++
			h.bury(dead(value(secret), position, "a header cannot be read: ce_time \""+secret+"\"",
				func(h map[string]string) { change(h, secret) }))
		}
	}
	same := func(string) []byte { return wire(t, 1) }
	text := func(secret string) []byte { return []byte(`{"name":"` + secret + `"}`) }
	none := func(map[string]string, string) {}
	f(none, text)
	f(none, same)
	for _, name := range []string{event.HeaderType, event.HeaderSource, event.HeaderTime,
		event.HeaderID, event.HeaderContentType, event.HeaderSpecVersion, letter.HeaderStage,
		letter.HeaderOriginSource, letter.HeaderOriginID, letter.HeaderLetter, "x-customer"} {
		if name == letter.HeaderStage {
			continue // this program's own word
		}
		f(func(h map[string]string, secret string) { h[name] = secret }, same)
	}
	var out strings.Builder
	see := func(v any, err error) {
		t.Helper()
		text, jsonErr := json.Marshal(v)
		if err != nil || jsonErr != nil {
			t.Fatal(err, jsonErr)
		}
		out.Write(text)
	}
	p, err := h.List(t.Context(), letter.Filter{}, 1000, "")
	see(p, err)
	for _, row := range p.Letters {
		see(h.show(row.ID), nil)
	}
	see(h.Retry(t.Context(), letter.Selection{All: true}, letter.RetryOptions{}))
	for _, secret := range secrets {
		if at := strings.Index(out.String(), secret); at >= 0 {
			t.Errorf("%q is shown: …%s…", secret, out.String()[max(0, at-200):at+40])
		}
	}
	if len(p.Letters) != int(position) {
		t.Errorf("%d letters of %d are listed", len(p.Letters), position)
	}
}

func TestADumpShowsTheFormAndNoText(t *testing.T) {
	h := newHall(t)
	f := func(value []byte, want string) {
		t.Helper()
		h.bury(&kafka.Record{Topic: string(event.TopicDeadLetter), Value: value, Headers: []kafka.Header{
			{Key: letter.HeaderOffset, Value: []byte(want)}}})
		rows := h.list(letter.Filter{})
		if got := h.show(rows[len(rows)-1].ID).Dump; got != want {
			t.Errorf("%q is dumped as\n%s\nwant\n%s", value, got, want)
		}
	}
	f(nil, "")
	f([]byte{0x08, 0x01, 0x12, 0x03, 'a', 'b', 'c'}, "000000  08 01 12 03 ·· ·· ··")
	f([]byte{0xff, 0xff, 0x00, 'a', 'b'}, "000000  ff ff 00 61 62")
	f(make([]byte, 17), "000000 "+strings.Repeat(" 00", 16)+"\n000010  00")
	long := h.show(func() string {
		h.bury(&kafka.Record{Topic: string(event.TopicDeadLetter), Value: make([]byte, 5000)})
		rows := h.list(letter.Filter{})
		return rows[len(rows)-1].ID
	}()).Dump
	if !strings.HasSuffix(long, "… 5000 bytes in all") || strings.Count(long, "\n") != 32 {
		t.Errorf("a long value is dumped as %s", long)
	}
}
