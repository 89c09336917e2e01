package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// State is what must survive a restart so that a chain goes on instead of beginning anew: which
// world it is, where live trade began, and how much history is recorded for certain.
type State struct {
	Config Config `json:"config"`
	// FirstLive is the moment from which orders of the mini-program are placed unpaid and go their
	// own way. It is zero before the first backfill.
	FirstLive time.Time `json:"first_live,omitzero"`
	// Opened says that catalogue and opening stock are recorded.
	Opened bool `json:"opened"`
	// Through is the first day that is not recorded completely.
	Through retail.Day `json:"through"`

	mu   sync.Mutex
	file string
}

// OpenState reads the state file, or begins a new state with days of history before now. A file of
// another world is an error: two worlds in one chain would share codes but nothing else.
func OpenState(file string, cfg Config, days int, now time.Time) (*State, error) {
	b, err := os.ReadFile(file)
	if file != "" && err == nil {
		return readState(file, b, cfg)
	}
	if file != "" && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the world's state: %w", err)
	}
	if cfg.Start == 0 {
		cfg.Start = DayAt(now) - retail.Day(days)
	}
	if cfg, err = cfg.withDefaults(); err != nil {
		return nil, err
	}
	s := &State{Config: cfg, Through: cfg.Start, file: file}
	return s, s.save()
}

func readState(file string, b []byte, cfg Config) (*State, error) {
	s := &State{file: file}
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("cannot read the world's state %s: %w", file, err)
	}
	if cfg.Start == 0 {
		cfg.Start = s.Config.Start
	}
	wanted, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if wanted != s.Config {
		return nil, fmt.Errorf("cannot go on with another world: %s holds %+v, asked for %+v "+
			"(ask for the same, or use another data folder)", file, s.Config, wanted)
	}
	return s, nil
}

// update changes the state and writes it.
func (s *State) update(change func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	return s.save()
}

// live reports whether an order is placed the live way.
func (s *State) live(o *Order) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return o.AtMS >= s.FirstLive.UnixMilli()
}

func (s *State) save() error {
	if s.file == "" {
		return nil
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(s.file+".new", b, 0o644)
	}
	if err == nil {
		err = os.Rename(s.file+".new", s.file)
	}
	if err != nil {
		return fmt.Errorf("cannot write the world's state: %w", err)
	}
	return nil
}

func msTime(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
