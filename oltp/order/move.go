package order

import (
	"encoding/json"
	"time"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// moving is one stock.Move on its way.
type moving struct {
	move     stock.Move
	at       moment
	category retail.CategoryID
	// about names the level in the audit trail.
	about  string
	result stock.Result
}

func (m *moving) prepare(q *stock.Move, w *Writers, now time.Time) error {
	m.move = *q
	if m.move.Key == (Key{}) {
		m.move.Key = RandomKey()
	}
	store, ok := w.cfg.Catalogue.StoreByID(q.Store)
	if !ok {
		return noStore(w.cfg.Catalogue, q.Store)
	}
	sku, ok := w.cfg.Catalogue.SKUByID(q.SKU)
	if !ok {
		return noSKU(w.cfg.Catalogue, -1, q.SKU)
	}
	m.category, m.about = sku.Category.ID, store.Code+"/"+sku.Code
	us, err := checkTime("at", q.At, now)
	if err != nil {
		return err
	}
	m.at = momentAt(us, store.Zone)
	if err := checkMoveQty(q); err != nil {
		return err
	}
	if q.Reason == "" && q.Kind == retail.Adjust {
		return invalid("reason", "is missing, and an adjustment has one")
	}
	return checkTexts("reason", q.Reason)
}

func checkMoveQty(q *stock.Move) error {
	ok := false
	switch q.Kind {
	case retail.Receive:
		ok = q.Qty > 0
	case retail.StockLoss, retail.Damage:
		ok = q.Qty < 0
	case retail.Adjust:
		ok = q.Qty != 0
	default:
		return invalid("kind", "%d cannot be asked for from outside an order", q.Kind)
	}
	if !ok || q.Qty > MaxReceived || q.Qty < -MaxReceived {
		return invalid("qty", "%d does not fit the kind of move, or is beyond ±%d", q.Qty, MaxReceived)
	}
	return nil
}

func (m *moving) lines() int                             { return 1 }
func (m *moving) fail(err error)                         { m.result = stock.Result{Err: err} }
func (m *moving) home() (retail.StoreID, retail.OrderID) { return m.move.Store, 0 }

func (m *moving) need(b *batch) {
	b.ask.MoveKeys = append(b.ask.MoveKeys, m.move.Key)
	b.shelf.want(m.move.StockKey)
}

func (m *moving) decide(b *batch) {
	if before, ok := b.moves[m.move.Key]; ok {
		if before.Level.StockKey != m.move.StockKey || before.Kind != m.move.Kind ||
			before.OnHandDelta != m.move.Qty {
			m.fail(ErrKeyReused)
			return
		}
		m.result = stock.Result{Level: before.Level, Replayed: true}
		return
	}
	e := entry{kind: m.move.Kind, onHandDelta: m.move.Qty, category: m.category, at: m.at,
		simulated: m.move.Simulated, key: m.move.Key, reason: m.move.Reason}
	if !b.shelf.move(m.move.StockKey, e) {
		level := b.shelf.level(m.move.StockKey)
		if m.move.Qty > 0 {
			m.fail(invalid("qty", "the store would hold more than %d", MaxLevel))
			return
		}
		m.fail(&Short{Line: -1, StockKey: m.move.StockKey, Wanted: -m.move.Qty,
			Available: level.Available()})
		return
	}
	level := b.shelf.level(m.move.StockKey)
	m.audit(b, level)
	m.result = stock.Result{Level: level}
	b.moves[m.move.Key] = MoveBefore{Key: m.move.Key, Kind: m.move.Kind, OnHandDelta: m.move.Qty,
		Level: level}
}

// audited is a move in the audit trail.
type audited struct {
	Store   retail.StoreID `json:"store"`
	Actor   string         `json:"actor"`
	Request string         `json:"request"`
	Key     string         `json:"key"`
	Before  int32          `json:"before"`
	After   int32          `json:"after"`
	Kind    string         `json:"kind"`
	Qty     int32          `json:"qty"`
	Reason  string         `json:"reason"`
}

// audit notes who moved what. All moves of a batch make one change, so that a bulk costs one statement.
func (m *moving) audit(b *batch, now retail.StockLevel) {
	q := &m.move
	if q.By == "" || q.Simulated {
		return
	}
	line, err := json.Marshal(&audited{Store: q.Store, Actor: q.By, Request: q.Request, Key: m.about,
		Before: now.OnHand - q.Qty, After: now.OnHand, Kind: q.Kind.String(), Qty: q.Qty, Reason: q.Reason})
	if err != nil {
		panic("BUG: cannot write a move down: " + err.Error())
	}
	for i := range b.out.Papers {
		if p := &b.out.Papers[i]; p.Kind == stock.AuditPaper {
			p.Change = append(append(p.Change, '\n'), line...)
			return
		}
	}
	b.out.Papers = append(b.out.Papers, PaperChange{Kind: stock.AuditPaper, Change: line})
}
