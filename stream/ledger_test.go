package stream_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/stream/fact"
)

// ledger is a sink that keeps what the guarantees speak of: which rows of which table were applied
// under which token. It applies a token once per table and checks that a repetition holds the same.
type ledger struct {
	mu sync.Mutex
	// held is the content of each table under each token.
	held map[string]string
	// rows counts how often each row was applied, by table, partition, offset and number.
	rows map[string]int
	// batches is the number of tokens.
	tokens map[string]bool
	net    map[int32]int64
	units  int64
	// days counts the order lines of each business day.
	days map[int32]int
	// trouble is asked before each table; an error ends the write there.
	trouble func(token, table string) error
	// wrong collects broken promises.
	wrong []string
}

func newLedger() *ledger {
	return &ledger{
		held: make(map[string]string), rows: make(map[string]int), tokens: make(map[string]bool),
		net: make(map[int32]int64), days: make(map[int32]int),
		trouble: func(string, string) error { return nil },
	}
}

var errHalfway = errors.New("the warehouse went away")

// Write applies table after table, as a warehouse without transactions does.
func (l *ledger) Write(ctx context.Context, token string, b *fact.Batch) error {
	l.mu.Lock()
	trouble := l.trouble
	l.mu.Unlock()
	for _, table := range []string{
		"OrderLines", "OrderSteps", "StockMoves", "Behaviours", "Stores", "SKUs", "end",
	} {
		if err := trouble(token, table); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if table != "end" {
			l.apply(token, table, b)
		}
	}
	return nil
}

func (l *ledger) apply(token, table string, b *fact.Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := reflect.ValueOf(b).Elem().FieldByName(table)
	origin := t.FieldByName("Origin").Interface().(fact.Origin)
	if origin.Len() == 0 {
		return
	}
	key := token + " " + table
	content := fmt.Sprint(t.Interface())
	if before, ok := l.held[key]; ok {
		if before != content {
			l.wrong = append(l.wrong, "another content under token "+key)
		}
		return
	}
	l.held[key] = content
	l.tokens[token] = true
	for i := range origin.Len() {
		row := fmt.Sprintf("%s %s/%d@%d#%d", table, b.Range.Topic, origin.Partition[i],
			origin.Offset[i], origin.Row[i])
		l.rows[row]++
		if l.rows[row] > 1 {
			l.wrong = append(l.wrong, "twice: "+row)
		}
	}
	if table == "OrderLines" {
		for i, net := range b.OrderLines.Net {
			l.net[b.OrderLines.Store[i]] += net
			l.units += int64(b.OrderLines.Qty[i])
			l.days[b.OrderLines.Day[i]]++
		}
	}
}

func (l *ledger) interrupt(f func(token, table string) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = f
}

// count returns the rows of a table.
func (l *ledger) count(table string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for row := range l.rows {
		if len(row) > len(table) && row[:len(table)] == table {
			n++
		}
	}
	return n
}

func (l *ledger) batches() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.tokens)
}

// verify checks the promises and the sums.
func (l *ledger) verify(t *testing.T, want *trade) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, wrong := range l.wrong {
		if i < 5 {
			t.Error(wrong)
		}
	}
	if !reflect.DeepEqual(l.net, want.net) || l.units != want.units {
		t.Errorf("net sales by store %v and %d units, want %v and %d", l.net, l.units, want.net,
			want.units)
	}
}
