package letter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// Config says where the letters are. Zero values take the defaults.
type Config struct {
	// Kafka is the log. Required.
	Kafka kafka.Config
	// Letters is the topic of the dead letters. Default event.TopicDeadLetter.
	Letters string
	// Resolutions is the topic of what was decided about them. Default event.TopicResolution.
	Resolutions string
	// By is who decides, for the record. Required to retry and to drop.
	By string
	// MaxLetters bounds the letters that are held in memory, some 500 bytes each. Default 500,000.
	MaxLetters int
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Desk works on the dead letters of one log. Several may work at once, in whatever processes.
type Desk struct {
	cfg      Config
	admin    *kafka.Admin
	producer *kafka.Producer
	// source is the identity of the retries, once it was asked for.
	source string
}

// Open connects to the log. The desk must be closed.
func Open(ctx context.Context, cfg Config) (*Desk, error) {
	cfg.Letters = cmp.Or(cfg.Letters, string(event.TopicDeadLetter))
	cfg.Resolutions = cmp.Or(cfg.Resolutions, string(event.TopicResolution))
	cfg.MaxLetters = cmp.Or(cfg.MaxLetters, 500_000)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	admin, err := kafka.NewAdmin(cfg.Kafka)
	if err != nil {
		return nil, err
	}
	d := &Desk{cfg: cfg, admin: admin}
	if d.producer, err = kafka.NewProducer(kafka.ProducerConfig{Config: cfg.Kafka}); err != nil {
		admin.Close()
		return nil, err
	}
	if err := d.prepare(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Close closes the connections.
func (d *Desk) Close() {
	d.producer.Close()
	d.admin.Close()
}

// prepare makes the resolution topic where a cluster has none yet, and names the source of the retries
// by the topic's ID: in a topic that is made anew numbers begin anew, so their source must be another.
func (d *Desk) prepare(ctx context.Context) error {
	spec := kafka.TopicSpec{Name: d.cfg.Resolutions, Partitions: 1}
	if err := d.admin.EnsureTopics(ctx, spec); err != nil {
		return err
	}
	ends, err := d.admin.EndOffsets(ctx, d.cfg.Resolutions)
	if err != nil {
		return err
	}
	if len(ends) != 1 {
		return fmt.Errorf("cannot use topic %s: it has %d partitions, and retries are numbered in one",
			d.cfg.Resolutions, len(ends))
	}
	id, err := d.admin.TopicID(ctx, d.cfg.Resolutions)
	if err != nil {
		return err
	}
	d.source = fmt.Sprintf("/tillstream/letters/%x", id)
	return nil
}

// book reads what was decided.
func (d *Desk) book(ctx context.Context) (*book, error) {
	b := &book{resolved: make(map[string]Resolution)}
	spans, err := d.admin.Whole(ctx, d.cfg.Resolutions)
	if err != nil {
		return nil, err
	}
	err = kafka.Scan(ctx, d.cfg.Kafka, d.cfg.Resolutions, spans, func(r *kafka.Record) error {
		decided, err := decodeResolution(r.Value, r.Offset)
		if err != nil {
			return err
		}
		return b.add(decided)
	})
	return b, err
}

// decide writes decisions; they count once the log has them, unless others came first.
func (d *Desk) decide(ctx context.Context, all []Resolution) error {
	if d.cfg.By == "" {
		return errors.New("cannot decide about dead letters: nobody is named who does")
	}
	records := make([]*kafka.Record, len(all))
	for i, r := range all {
		r.By, r.At = d.cfg.By, d.cfg.Now().UTC()
		value, err := r.encode()
		if err != nil {
			return err
		}
		records[i] = &kafka.Record{Topic: d.cfg.Resolutions, Key: []byte(r.Letter), Value: value}
	}
	return d.producer.Produce(ctx, records)
}
