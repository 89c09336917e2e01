package event_test

import (
	"testing"

	"github.com/tillstream/tillstream/retail/event"
)

// BenchmarkRead reads one event of each kind of behaviour; BenchmarkDecodeBehaviour does the same with the
// protobuf runtime, into messages that are used again.
func BenchmarkRead(b *testing.B) {
	wires, a := behaviourWires(b), new(event.Act)
	b.ReportAllocs()
	for b.Loop() {
		for kind, wire := range wires {
			if err := a.Read(kind, wire); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(wires)), "ns/event")
}

func BenchmarkDecodeBehaviour(b *testing.B) {
	wires, all := behaviourWires(b), samples()
	b.ReportAllocs()
	for b.Loop() {
		for kind, wire := range wires {
			if err := event.DecodeInto(kind, wire, all[kind]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(wires)), "ns/event")
}

func behaviourWires(b *testing.B) map[event.Kind][]byte {
	b.Helper()
	all, wires := samples(), map[event.Kind][]byte{}
	for _, kind := range behaviours() {
		wire, err := event.Append(nil, all[kind])
		if err != nil {
			b.Fatal(err)
		}
		wires[kind] = wire
	}
	return wires
}
