package train

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The models, in the order in which they are trained.
const (
	Popularity = "popularity"
	Rules      = "rules"
	Neighbours = "neighbours"
	Session    = "session"
	Cold       = "cold"
	Factors    = "factors"
	NextBasket = "nextbasket"
	Outfits    = "outfits"
	Sizes      = "sizes"
)

// Models lists all of them.
func Models() []string {
	return []string{Popularity, Rules, Neighbours, Session, Cold, Factors, NextBasket, Outfits, Sizes}
}

// Config says what is learnt and how it is judged. The zero value takes the defaults.
type Config struct {
	// Only names the models to train; none means all.
	Only []string
	// Days is how many business days before the newest sale are read; 0 means all.
	Days int
	// MaxLines bounds the lines of baskets, and the acts, that are read, the newest ones. Default 10,000,000.
	// Cost: about 150 bytes each while they are read.
	MaxLines int
	// HoldOut is the share of the baskets that are held out, the newest ones, and with them the visits of
	// that time. Default 0.1.
	HoldOut float64
	// Questions is how many lists of each model are judged at most. Default 4,000.
	Questions int
	// Seed draws the questions and whatever models draw. Default 1.
	Seed uint64
	// Top is how many goods a list that is written holds. Default 20.
	Top int
	// FitMembers is how many members the weights of next baskets are learnt from. Default 10,000, about
	// fifteen seconds on two cores.
	FitMembers int
	// MinSupport, MinCount and MinConfidence are the least a rule must have. Defaults 0.001, 5 and 0.1.
	MinSupport, MinConfidence float64
	MinCount                  int32
	// Tolerance is how much worse, as a share, than the published figure a model may be and still take its
	// place: figures of two hold-outs differ by chance. Default 0.1.
	Tolerance float64
	// Force publishes whatever comes out.
	Force bool
	// Keep is how many published versions of each model are kept. Default 5.
	Keep int
	// Workers is how many goroutines compute. Default: the cores.
	Workers int
	// Progress is told what is being done and how far it is; total is 0 where nobody knows. May be nil.
	Progress func(model, step string, done, total int)
	// Now tells the time. Default time.Now.
	Now func() time.Time
}

func (c Config) orDefault() (Config, error) {
	for _, name := range c.Only {
		if !slices.Contains(Models(), name) {
			return c, fmt.Errorf("no model %q: there are %s", name, strings.Join(Models(), ", "))
		}
	}
	for _, p := range []struct {
		field    *int
		standard int
	}{{&c.MaxLines, 10_000_000}, {&c.Questions, 4_000}, {&c.Top, 20}, {&c.FitMembers, 10_000}, {&c.Keep, 5},
		{&c.Workers, runtime.GOMAXPROCS(0)}} {
		if *p.field = cmp.Or(*p.field, p.standard); *p.field < 1 {
			return c, fmt.Errorf("cannot train with a limit of %d", *p.field)
		}
	}
	for _, p := range []struct {
		name     string
		field    *float64
		standard float64
	}{{"hold-out", &c.HoldOut, .1}, {"support", &c.MinSupport, .001}, {"confidence", &c.MinConfidence, .1},
		{"tolerance", &c.Tolerance, .1}} {
		if *p.field = cmp.Or(*p.field, p.standard); !(*p.field > 0 && *p.field < 1) {
			return c, fmt.Errorf("cannot train with a %s of %v: want more than 0 and less than 1", p.name,
				*p.field)
		}
	}
	c.Seed, c.MinCount = cmp.Or(c.Seed, 1), max(2, cmp.Or(c.MinCount, 5))
	if c.Progress == nil {
		c.Progress = func(string, string, int, int) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

func (c *Config) wants(model string) bool { return len(c.Only) == 0 || slices.Contains(c.Only, model) }

// protocol names what figures depend on apart from the data: those of one protocol can be compared.
func (c *Config) protocol(model string) string {
	p := fmt.Sprintf("newest %v held out, %d of up to %d, seed %d", c.HoldOut, depth, c.Questions, c.Seed)
	if model == Rules {
		p += fmt.Sprintf(", support %v, confidence %v", c.MinSupport, c.MinConfidence)
	}
	return p
}
