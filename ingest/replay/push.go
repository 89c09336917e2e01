package replay

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/wire"
)

func itoa(i int) string { return strconv.Itoa(i) }

// stockRows is how many stock moves go in one call.
const stockRows = 1_000

// ErrTooManyRefused says that the shop refused more rows than allowed.
var ErrTooManyRefused = errors.New("too many rows refused")

// pusher sends a plan to the shop.
type pusher struct {
	cfg  Config
	plan *Plan
	sent *Sent
	pos  *position
}

func push(ctx context.Context, cfg Config, plan *Plan) (*Report, error) {
	pos, err := loadPosition(cfg.StateFile, plan)
	if err != nil {
		return &plan.Report, err
	}
	began := cfg.Now()
	p := &pusher{cfg: cfg, plan: plan, sent: &plan.Report.Sent, pos: pos}
	for _, phase := range []func(context.Context) error{p.catalogue, p.stock, p.trade} {
		if err = phase(ctx); err != nil {
			err = fmt.Errorf("cannot replay %s: %w", plan.DataSet, err)
			break
		}
	}
	p.sent.Took = cfg.Now().Sub(began)
	return &plan.Report, err
}

// catalogue merges regions, stores, categories, products and members by code. It runs on every
// replay: what is there already stays as it is.
func (p *pusher) catalogue(ctx context.Context) error {
	s, d := p.cfg.Shop, p.plan
	total := len(d.Regions) + len(d.Stores) + len(d.Categories) + len(d.Products) + len(d.Members)
	p.cfg.Logger.Info("loading catalogue", "data_set", d.DataSet, "rows", total)
	done := 0
	if err := merge(ctx, p, "region", d.Regions, s.PutRegions, &done, total); err != nil {
		return err
	}
	if err := merge(ctx, p, "store", d.Stores, s.PutStores, &done, total); err != nil {
		return err
	}
	if err := merge(ctx, p, "category", d.Categories, s.PutCategories, &done, total); err != nil {
		return err
	}
	if err := merge(ctx, p, "product", d.Products, s.PutProducts, &done, total); err != nil {
		return err
	}
	return merge(ctx, p, "member", d.Members, s.PutMembers, &done, total)
}

// merge sends rows a part at a time. Rows refused by the shop count as refused.
func merge[R any](ctx context.Context, p *pusher, what string, rows []R,
	put func(context.Context, []R) ([]wire.Merged, error), done *int, total int) error {

	const part = 1_000
	for start := 0; start < len(rows); start += part {
		if err := ctx.Err(); err != nil {
			return err
		}
		answers, err := put(ctx, rows[start:min(start+part, len(rows))])
		if err != nil {
			return fmt.Errorf("cannot load %s rows from %d: %w", what, start, err)
		}
		for i := range answers {
			if pr := answers[i].Problem; pr != nil {
				if err := p.refuse(what+" "+answers[i].Code, pr); err != nil {
					return err
				}
			}
		}
		*done += len(answers)
		p.cfg.Progress(Progress{Phase: "catalogue", Done: *done, Total: total})
	}
	return nil
}

// refuse counts a row that the shop did not take. A refusal that may pass ends the replay instead,
// because a resumed replay can still place the row.
func (p *pusher) refuse(key string, problem *wire.Problem) error {
	if problem.Temporary() {
		return fmt.Errorf("cannot place %s: %w", key, problem)
	}
	p.sent.Refused = append(p.sent.Refused, Refused{Key: key, Reason: problem.Error()})
	if len(p.sent.Refused) > p.cfg.MaxRefused {
		return fmt.Errorf("%w (%d), the last: %s: %w", ErrTooManyRefused, len(p.sent.Refused), key,
			problem)
	}
	return nil
}

// stock brings in the opening balances and the stock that the data set says was found.
func (p *pusher) stock(ctx context.Context) error {
	moves := p.plan.Stock
	if p.pos.Stock {
		return nil
	}
	p.cfg.Logger.Info("loading stock", "data_set", p.plan.DataSet, "moves", len(moves))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(p.cfg.InFlight)
	answers := make([][]wire.StockRow, (len(moves)+stockRows-1)/stockRows)
	for n := range answers {
		part := moves[n*stockRows : min((n+1)*stockRows, len(moves))]
		group.Go(func() (err error) {
			answers[n], err = p.cfg.Shop.MoveStock(within, part)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("cannot load stock: %w", err)
	}
	for n := range answers {
		for i := range answers[n] {
			if pr := answers[n][i].Problem; pr != nil {
				if err := p.refuse(moves[n*stockRows+i].Key, pr); err != nil {
					return err
				}
			}
		}
		p.cfg.Progress(Progress{Phase: "stock", Total: len(moves),
			Done: min((n+1)*stockRows, len(moves))})
	}
	p.pos.Stock = true
	return p.pos.save()
}

// batch is a run of documents that go in one request for orders and one for refunds.
type batch struct {
	from, to int
	orders   []wire.OrderRow
	refunds  []wire.RefundRow
	answers  []wire.Row
	err      error
	done     chan struct{}
}

// trade sends the documents in order of time. Up to InFlight requests are under way; the position
// moves on only over a gapless run of answered ones.
func (p *pusher) trade(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.sent.Resumed = p.pos.Documents
	p.cfg.Logger.Info("replaying", "data_set", p.plan.DataSet,
		"documents", len(p.plan.Documents), "resumed_at", p.pos.Documents)
	flight := make(chan *batch, p.cfg.InFlight-1)
	go p.send(ctx, flight)
	for b := range flight {
		<-b.done
		if err := p.settle(b); err != nil {
			cancel()
			for b := range flight {
				<-b.done
			}
			return err
		}
	}
	if p.pos.Documents < len(p.plan.Documents) {
		return context.Cause(ctx)
	}
	return nil
}

// send starts the requests. The channel's room bounds how many are under way.
func (p *pusher) send(ctx context.Context, flight chan<- *batch) {
	defer close(flight)
	pace := newPacer(p.cfg, p.plan.Documents, p.pos.Documents)
	for from := p.pos.Documents; from < len(p.plan.Documents); {
		b := p.cut(from, pace)
		from = b.to
		if !pace.wait(ctx, p.plan.Documents[b.from].At) {
			return
		}
		select {
		case flight <- b:
		case <-ctx.Done():
			return
		}
		go b.run(ctx, p.cfg.Shop)
	}
}

func (p *pusher) cut(from int, pace *pacer) *batch {
	docs := p.plan.Documents
	b := &batch{from: from, to: from, done: make(chan struct{})}
	for lines := 0; b.to < len(docs) && b.to-from < p.cfg.BatchDocuments; b.to++ {
		d := &docs[b.to]
		if lines += d.lines(); b.to > from && lines > p.cfg.BatchLines ||
			!pace.together(docs[from].At, d.At) {
			break
		}
		if d.Order != nil {
			b.orders = append(b.orders, *d.Order)
		} else {
			b.refunds = append(b.refunds, *d.Refund)
		}
	}
	return b
}

func (b *batch) run(ctx context.Context, shop Shop) {
	defer close(b.done)
	if len(b.orders) > 0 {
		if b.answers, b.err = shop.PlaceOrders(ctx, b.orders); b.err != nil {
			return
		}
	}
	if len(b.refunds) > 0 {
		var answers []wire.Row
		answers, b.err = shop.Refunds(ctx, b.refunds)
		b.answers = append(b.answers, answers...)
	}
}

// settle counts the answers of a batch and moves the position over it.
func (p *pusher) settle(b *batch) error {
	if b.err != nil {
		return b.err
	}
	if len(b.answers) != b.to-b.from {
		return fmt.Errorf("cannot match %d answers to %d documents", len(b.answers), b.to-b.from)
	}
	for i := range b.answers {
		switch row := &b.answers[i]; {
		case row.Problem != nil:
			if err := p.refuse(b.key(i), row.Problem); err != nil {
				return err
			}
		case row.Order != nil && row.Order.Replayed:
			p.sent.Replayed++
		default:
			p.sent.Placed++
		}
	}
	p.pos.Documents = b.to
	if err := p.pos.save(); err != nil {
		return err
	}
	p.cfg.Progress(Progress{Phase: "trade", Done: b.to, Total: len(p.plan.Documents),
		At: p.plan.Documents[b.to-1].At})
	return nil
}

// key names the i-th answer: the orders come first.
func (b *batch) key(i int) string {
	if i < len(b.orders) {
		return b.orders[i].Key
	}
	return b.refunds[i-len(b.orders)].Key
}

// pacer spreads documents over time when a replay does not run at full speed.
type pacer struct {
	speed      float64
	now        func() time.Time
	began      time.Time
	beganPlace time.Time
}

func newPacer(cfg Config, docs []Document, from int) *pacer {
	p := &pacer{speed: cfg.Speed, now: cfg.Now, began: cfg.Now()}
	if from < len(docs) {
		p.beganPlace = docs[from].At
	}
	return p
}

// together reports whether two documents may share a request: at a given speed their times must lie
// within half a second of the replay's own clock.
func (p *pacer) together(first, later time.Time) bool {
	return p.speed <= 0 || later.Sub(first).Seconds() <= p.speed/2
}

// wait returns when the moment of at has come, or false when ctx ended first.
func (p *pacer) wait(ctx context.Context, at time.Time) bool {
	if ctx.Err() != nil {
		return false
	}
	if p.speed <= 0 {
		return true
	}
	due := p.began.Add(time.Duration(float64(at.Sub(p.beganPlace)) / p.speed))
	timer := time.NewTimer(due.Sub(p.now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
