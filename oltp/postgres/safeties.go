package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// safetyChannel is what listeners listen on; the payload lists stores.
const safetyChannel = "tillstream_safety"

// maxSafetyText keeps a notification within what the database passes on, 8,000 bytes.
const maxSafetyText = 7_900

// PutSafeties implements stock.SafetyBook.
func (s *Stock) PutSafeties(ctx context.Context, rows []stock.Safety,
	tell func(low []stock.Low) ([]byte, error)) error {
	stores, skus, qtys := make([]int32, len(rows)), make([]int64, len(rows)), make([]int32, len(rows))
	payload := ""
	for i, r := range rows {
		stores[i], skus[i], qtys[i] = int32(r.Store), int64(r.SKU), r.Qty
		if i == 0 || rows[i-1].Store != r.Store {
			payload += strconv.Itoa(int(r.Store)) + ","
		}
	}
	if len(payload) > maxSafetyText {
		payload = ""
	}
	err := s.db.inChain(ctx, func(tx pgx.Tx) error {
		return s.putSafeties(ctx, tx, [...]any{stores, skus, qtys}, payload, tell)
	})
	return explain("put safety stocks", err)
}

func (s *Stock) putSafeties(ctx context.Context, tx pgx.Tx, columns [3]any, payload string,
	tell func(low []stock.Low) ([]byte, error)) error {
	if _, err := tx.Exec(ctx, s.db.query("lock_safeties")); err != nil {
		return err
	}
	found, err := tx.Query(ctx, s.db.query("put_safeties"), columns[:]...)
	if err != nil {
		return err
	}
	packet, low, err := readSafeties(found)
	if err != nil {
		return err
	}
	if len(low) > 0 {
		alerts, err := tell(low)
		if err != nil {
			return err
		}
		packet = append(packet, alerts...)
	}
	if len(packet) > 0 {
		if _, err := tx.Exec(ctx, s.db.query("emit"), event.PacketPrefix, packet); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, s.db.query("notify"), safetyChannel, payload)
	return err
}

// readSafeties reads what became of safety stocks: the events of those that changed, and the levels that
// lie too low now.
func readSafeties(found pgx.Rows) (packet []byte, low []stock.Low, err error) {
	now := time.Now()
	var l stock.Low
	var name string
	var changed, tooLow bool
	_, err = pgx.ForEachRow(found, []any{&l.Store, &l.SKU, &l.OnHand, &l.Reserved, &l.Version, &l.Safety,
		&l.Category, &name, &changed, &tooLow}, func() error {
		if tooLow {
			low = append(low, l)
		}
		if !changed {
			return nil
		}
		zone, err := zoneOrDefault(name)
		if err == nil {
			packet, err = stock.AppendSafety(packet, l.StockKey, l.Safety, event.At(now, zone))
		}
		return err
	})
	return packet, low, err
}

// Safeties implements stock.SafetyBook.
func (s *Stock) Safeties(ctx context.Context, stores []retail.StoreID) (found []stock.Safety, err error) {
	err = s.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(s.db.query("safeties"), stores == nil, stores).Query(func(rows pgx.Rows) error {
			found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f stock.Safety, err error) {
				return f, row.Scan(&f.Store, &f.SKU, &f.Qty)
			})
			return err
		})
	})
	return found, explain("read safety stocks", err)
}

// SafetyChanges implements stock.SafetyBook.
func (s *Stock) SafetyChanges(ctx context.Context, tell func(stores []retail.StoreID)) error {
	conn, err := pgx.ConnectConfig(ctx, s.db.pool.Config().ConnConfig)
	if err != nil {
		return explain("listen for changes of safety stocks", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+safetyChannel); err != nil {
		return explain("listen for changes of safety stocks", err)
	}
	tell(nil)
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("cannot hear of changes of safety stocks any more: %w", err)
		}
		var stores []retail.StoreID
		for part := range strings.SplitSeq(n.Payload, ",") {
			if id, err := strconv.ParseInt(part, 10, 32); err == nil {
				stores = append(stores, retail.StoreID(id))
			}
		}
		tell(stores)
	}
}
