//go:build synctests

package simulation_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// relay sends all facts of a source to the log, in the order of their positions. It may die at any time;
// then another goes on from a place that is surely sent, and sends what lies behind it again.
func (s *simulation) relay(o *origin, chance *rand.Rand) {
	virtually(time.Duration(chance.Int64N(int64(s.chaos))))
	for next, life := 0, 1; next < len(o.all); life++ {
		next = s.relayOnce(o, next, life, chance)
	}
}

// relayOnce is the life of one relay. It returns from where the next goes on.
func (s *simulation) relayOnce(o *origin, next, life int, chance *rand.Rand) int {
	host := s.net.Host(fmt.Sprintf("%s-%d", o.name, life))
	producer, err := kafka.NewProducer(kafka.ProducerConfig{
		Config: kafka.Config{Brokers: s.brokers, Dial: host.Dial, Log: s.log}, Compression: "none",
	})
	if err != nil {
		panic("BUG: the simulation's settings are refused: " + err.Error())
	}
	defer producer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for next < len(o.all) {
		switch chance.IntN(12) {
		case 0:
			// What is under way when the process dies may arrive or not.
			death := time.AfterFunc(time.Duration(chance.Int64N(int64(20*time.Millisecond))), func() {
				host.Kill()
				cancel()
				producer.Close()
			})
			defer death.Stop()
		case 1, 2:
			next = max(0, next-chance.IntN(12))
		case 3:
			host.Cut()
		}
		n := min(chance.IntN(10)+1, len(o.all)-next)
		var records []*kafka.Record
		for _, h := range o.all[next : next+n] {
			records = append(records, h.record(o.name))
		}
		if err := producer.Produce(ctx, records); err != nil {
			host.Kill()
			return max(0, next-chance.IntN(12))
		}
		next += n
		virtually(time.Duration(chance.Int64N(int64(s.chaos) / 10)))
	}
	host.Kill()
	return next
}
