package clickhouse

import (
	"context"
	"log/slog"
)

// quiet drops what the client library says below the level Warn.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}
