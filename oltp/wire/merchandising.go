package wire

import (
	"math"
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Rule is the body of POST /v1/merchandising-rules and PUT /v1/merchandising-rules/{id}.
type Rule struct {
	Kind string `json:"kind"`
	// Store is a code; left out, the rule is the whole chain's.
	Store string `json:"store,omitempty"`
	// Scenes are where it holds; none means everywhere.
	Scenes []string `json:"scenes,omitempty"`
	// SKU and Category are codes. A rule is about the goods that all of these name.
	SKU      string   `json:"sku,omitempty"`
	Category string   `json:"category,omitempty"`
	Brand    string   `json:"brand,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	// Factor and Quota are a boost's, Place is a pin's.
	Factor float64   `json:"factor,omitempty"`
	Place  int32     `json:"place,omitempty"`
	Quota  int32     `json:"quota,omitempty"`
	From   time.Time `json:"from,omitzero"`
	Until  time.Time `json:"until,omitzero"`
	Note   string    `json:"note,omitempty"`
}

// RuleView shows a merchandising rule.
type RuleView struct {
	ID int64 `json:"id"`
	Rule
	// Version goes into If-Match when the rule is changed or deleted.
	Version   int64     `json:"version"`
	ChangedBy string    `json:"changed_by"`
	ChangedAt time.Time `json:"changed_at"`
	Replayed  bool      `json:"replayed,omitempty"`
}

// Read reads a merchandising rule.
func (w *Rule) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool { return w.goods(r, name) || w.effect(r, name) }) {
		return
	}
	need(r, "kind", w.Kind)
}

// goods reads where and of what a rule holds.
func (w *Rule) goods(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "store":
		w.Store = r.String(MaxCode)
	case "scenes":
		r.Array(len(retail.Scenes()), func(int) {
			w.Scenes = append(w.Scenes, scan.Name(r, retail.ParseScene[string], Scenes))
		})
	case "sku":
		w.SKU = r.String(MaxCode)
	case "category":
		w.Category = r.String(MaxCode)
	case "brand":
		w.Brand = r.String(MaxName)
	case "tags":
		r.Array(MaxTags, func(int) { w.Tags = append(w.Tags, scan.Name(r, retail.ParseTag, Tags)) })
	default:
		return false
	}
	return true
}

// effect reads what a rule does, and when.
func (w *Rule) effect(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "kind":
		w.Kind = scan.Name(r, retail.ParseRuleKind, RuleKinds)
	case "factor":
		w.Factor = r.Float()
	case "place":
		w.Place = int32(r.Int(0, math.MaxInt32))
	case "quota":
		w.Quota = int32(r.Int(0, math.MaxInt32))
	case "from":
		w.From = r.Time()
	case "until":
		w.Until = r.Time()
	case "note":
		w.Note = r.String(MaxReason)
	default:
		return false
	}
	return true
}
