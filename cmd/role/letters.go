package role

import (
	"context"
	"log/slog"

	"github.com/tillstream/tillstream/stream/letter"
)

// Letters opens the desk of the dead letters; by is who decides there, for the record. The desk must be
// closed.
func Letters(ctx context.Context, b Backends, by string, log *slog.Logger) (*letter.Desk, error) {
	if err := b.needKafka(); err != nil {
		return nil, err
	}
	return letter.Open(ctx, letter.Config{Kafka: b.kafkaConfig("letters", log), By: by})
}
