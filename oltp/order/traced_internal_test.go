package order

import (
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

// spans notes what is traced.
type spans struct{ all []*noted }

type noted struct {
	name   string
	at     trace.Mark
	parent trace.Mark
	links  []trace.Mark
	ended  int
	err    error
}

func (s *spans) Root(string, func() string) trace.Span { return nil }

func (s *spans) Start(name string, _ time.Time, parent trace.Mark, links ...trace.Mark) trace.Span {
	n := &noted{name: name, parent: parent, links: links}
	n.at = trace.Mark{Trace: parent.Trace, Span: [8]byte{0xee, byte(len(s.all))}}
	s.all = append(s.all, n)
	return n
}

func (n *noted) Mark() trace.Mark    { return n.at }
func (n *noted) Count(string, int64) {}
func (n *noted) Text(string, string) {}
func (n *noted) End(err error)       { n.ended++; n.err = err }

func marked(id byte) trace.Mark { return trace.Mark{Trace: [16]byte{id}, Span: [8]byte{id}} }

// tracedWriter is a writer whose batch can be decided without a database.
func tracedWriter(d *desk, tracer trace.Tracer) *writer {
	d.w.cfg.Tracer = tracer
	return &writer{all: d.w}
}

func TestABatchStandsInTheTraceOfItsFirstSampledOrder(t *testing.T) {
	d, tracer := newDesk(t, has(1, 1, 50, 0)), &spans{}
	w := tracedWriter(d, tracer)
	plain, first, second := d.order(sale(1, pieces(1, 1))), d.order(sale(1, pieces(1, 1))),
		d.order(sale(1, pieces(1, 1)))
	first.mark, second.mark = marked(1), marked(2)
	d.b.begin([]action{plain, first, second})
	end := w.trace(&d.b)
	out, err := d.b.decide()
	if err != nil {
		t.Fatal(err)
	}
	end(&err)
	if len(tracer.all) != 1 {
		t.Fatalf("%d spans, want one", len(tracer.all))
	}
	span := tracer.all[0]
	if span.name != "order.batch" || span.parent != first.mark || len(span.links) != 1 ||
		span.links[0] != second.mark || span.ended != 1 {
		t.Errorf("the span is %+v", span)
	}
	var marks []trace.Mark
	for f, err := range event.Frames(out.Packet) {
		if err != nil {
			t.Fatal(err)
		}
		if f.Kind == event.KindOrderPlaced {
			marks = append(marks, f.Trace)
		} else if f.Trace.Traced() {
			t.Errorf("%s is traced, and belongs to no single order", f.Kind)
		}
	}
	want := []trace.Mark{{}, span.at, second.mark}
	for i := range want {
		if i >= len(marks) || marks[i] != want[i] {
			t.Fatalf("the orders carry %v, want %v", marks, want)
		}
	}
}

// What is not sampled pays nothing, neither without a tracer nor beside one.
func TestAllocUntracedOrdersPayNothing(t *testing.T) {
	for name, tracer := range map[string]trace.Tracer{"without": nil, "beside": &spans{}} {
		d := newDesk(t, has(1, 1, 1_000_000, 0))
		w := tracedWriter(d, tracer)
		actions := make([]action, 200)
		for i := range actions {
			actions[i] = d.order(sale(1, pieces(1, 1)))
		}
		run := func() {
			d.b.begin(actions)
			if w.all.cfg.Tracer != nil {
				w.trace(&d.b)(nil)
			}
			if _, err := d.b.decide(); err != nil {
				t.Fatal(err)
			}
		}
		run()
		if n := testing.AllocsPerRun(20, run); n != 0 {
			t.Errorf("%s a tracer: %d untraced orders allocate %v times", name, len(actions), n)
		}
	}
}
