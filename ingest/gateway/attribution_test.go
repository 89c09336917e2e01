package gateway_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tillstream/tillstream/ingest/gateway"
	"github.com/tillstream/tillstream/retail/event"
)

// seals opens the one text "sealed".
type seals struct{}

func (seals) Open(text string) (*event.Attribution, error) {
	if text != "sealed" {
		return nil, errors.New("another seal")
	}
	return said(), nil
}

func said() *event.Attribution {
	return &event.Attribution{ExperimentId: 3, Variant: 1, HeldOut: true, ByMember: true,
		Scene: event.Scene_SCENE_CART, Model: 7, Request: 1 << 39}
}

// attributed is what the acts that know attributions say.
type attributed interface {
	GetAttributionId() string
	GetAttribution() *event.Attribution
}

func TestAnAttributionIsOpenedOrLeftOut(t *testing.T) {
	s, brokers := openOnKafka(t, gateway.Config{Attributions: seals{}})
	const who = `,"visitor":"v","session":"s","store":"S7"`
	var bodies []string
	for _, text := range []string{`,"attribution_id":"sealed"`, `,"attribution_id":"forged"`, ``} {
		bodies = append(bodies, `{"type":"impression"`+who+`,"slot":"home","skus":["milk","tea"]`+text+`}`,
			`{"type":"click"`+who+`,"sku":"tea"`+text+`}`, `{"type":"add_to_cart"`+who+`,"sku":"tea"`+text+`}`)
	}
	r := s.post(t, asArray, "["+strings.Join(bodies, ",")+"]")
	if r.status != 202 || r.Failed != 0 || len(r.Results) != len(bodies) {
		t.Fatalf("answer %d: %s", r.status, r.text)
	}
	forged := func(i int) bool { return i/3 == 1 }
	for i, row := range r.Results {
		if warned := len(row.Warnings) == 1; warned != forged(i) || row.Status != 202 {
			t.Errorf("row %d: %+v", i, row)
		}
	}
	if got := r.Results[4].Warnings; len(got) == 1 && got[0].Location != "body[4].attribution_id" {
		t.Errorf("the warning is about %s", got[0].Location)
	}
	if strings.Contains(r.text, "forged") {
		t.Errorf("the text comes back: %s", r.text)
	}
	for i, rec := range written(t, brokers, len(bodies)) {
		kind, _ := event.ParseKind(header(rec, event.HeaderType))
		m, err := event.Decode(kind, rec.Value)
		if err != nil {
			t.Fatal(err)
		}
		a, want, text := m.(attributed), (*event.Attribution)(nil), ""
		if i < 3 {
			want, text = said(), "sealed"
		}
		if a.GetAttributionId() != text || !proto.Equal(a.GetAttribution(), want) {
			t.Errorf("%s %d: %q says %v", kind, i, a.GetAttributionId(), a.GetAttribution())
		}
	}
	if n := s.Stats().Strange; n != 3 {
		t.Errorf("%d attributions are counted as strange", n)
	}
}

// A gateway that cannot open attributions passes the texts on, and attributes nothing.
func TestWithoutAKeyNothingIsAttributed(t *testing.T) {
	s, brokers := openOnKafka(t, gateway.Config{})
	r := s.post(t, asArray, `[{"type":"click","visitor":"v","session":"s","store":"S7","sku":"tea",`+
		`"attribution_id":"sealed"}]`)
	if r.status != 202 || len(r.Results[0].Warnings) != 0 {
		t.Fatalf("answer %d: %s", r.status, r.text)
	}
	m, err := event.Decode(event.KindClick, written(t, brokers, 1)[0].Value)
	if a := m.(attributed); err != nil || a.GetAttributionId() != "sealed" || a.GetAttribution() != nil {
		t.Errorf("%v, %v", m, err)
	}
}
