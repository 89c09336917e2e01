package role

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/serving/wish"
)

// WishConfig names a language model that reads what customers wish. Without an URL the built-in
// dictionaries read. Nothing but the text of the wish is sent.
type WishConfig struct {
	URL     string        `help:"Base address of a service like OpenAI's that reads wishes, such as https://host/v1. Default: built-in dictionaries." env:"TILLSTREAM_WISH_URL" placeholder:"URL"`
	Model   string        `help:"Name of its model." env:"TILLSTREAM_WISH_MODEL" placeholder:"NAME"`
	Key     string        `help:"Its key; better in a file." env:"TILLSTREAM_WISH_KEY" placeholder:"KEY"`
	KeyFile string        `help:"File with its key." env:"TILLSTREAM_WISH_KEY_FILE" placeholder:"FILE"`
	Timeout time.Duration `help:"How long a wish waits for it." default:"2s" env:"TILLSTREAM_WISH_TIMEOUT"`
}

// reader makes the reader of wishes.
func (c WishConfig) reader(log *slog.Logger) (*wish.Reader, error) {
	var drafter intent.Drafter
	if c.URL != "" {
		key := c.Key
		if c.KeyFile != "" {
			data, err := os.ReadFile(c.KeyFile)
			if err != nil {
				return nil, fmt.Errorf("cannot read the key of the service for wishes: %w", err)
			}
			key = cmp.Or(strings.TrimSpace(string(data)), key)
		}
		client, err := wish.NewClient(wish.ClientConfig{URL: c.URL, Model: c.Model, Key: key,
			Timeout: c.Timeout})
		if err != nil {
			return nil, err
		}
		drafter = client
	}
	return wish.NewReader(wish.ReaderConfig{Drafter: drafter, Timeout: c.Timeout, Logger: log})
}
