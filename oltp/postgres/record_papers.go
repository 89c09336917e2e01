package postgres

import (
	"fmt"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
)

// askPapers queues the reading of documents, which locks them. They ascend by kind and id, and come
// before all other locks.
func (t *transaction) askPapers(papers []order.Paper, s *order.Seen) {
	for from := 0; from < len(papers); {
		kind, to := papers[from].Kind, from
		var ids []int64
		for ; to < len(papers) && papers[to].Kind == kind; to++ {
			ids = append(ids, papers[to].ID)
		}
		t.int8s(ids)
		t.read(paperQuery(kind).locked, func(row [][]byte) {
			s.Papers = append(s.Papers, order.Paper{Kind: kind, ID: readInt8(row[0]),
				Version: readInt8(row[1])})
		})
		from = to
	}
}

// book queues the changes of documents.
func (t *transaction) book(changes []order.PaperChange) {
	for _, c := range changes {
		t.raw(c.Change)
		t.queue(paperQuery(c.Kind).book, nil)
	}
}

// paperQuery names, by kind of document, what locks documents and what books a change of one.
func paperQuery(kind stock.PaperKind) (q struct{ locked, book string }) {
	switch kind {
	case stock.TransferPaper:
		q.locked, q.book = "transfers_locked", "book_transfer"
	case stock.StocktakePaper:
		q.locked, q.book = "stocktakes_locked", "book_stocktake"
	case stock.AuditPaper: // nobody asks for one
		q.book = "audit_moves"
	default:
		panic(fmt.Sprintf("BUG: no book for documents of kind %d", kind))
	}
	return q
}
