// Package chain runs a whole chain on one machine: it starts the local engines and one process for each
// role, watches them, and stops them in order. Everything that it keeps lies under one folder, the State.
package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// State is the one folder under which a chain on this machine keeps everything: the engines' data,
// logs, keys, and the addresses of what runs.
type State string

// DefaultState follows the XDG rules: $XDG_STATE_HOME, else ~/.local/state.
func DefaultState() State {
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return State(filepath.Join(dir, "tillstream"))
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "tillstream-state"
	}
	return State(filepath.Join(home, ".local", "state", "tillstream"))
}

// Path joins parts below the folder.
func (d State) Path(parts ...string) string {
	return filepath.Join(append([]string{string(d)}, parts...)...)
}

// Prepare makes the folder and says plainly why it cannot be used. What it makes inside is for the owner
// only; the folder itself can be passed through, because PostgreSQL may run as a user of its own.
func (d State) Prepare() error {
	for _, dir := range []struct {
		name string
		mode os.FileMode
	}{{".", 0o755}, {"log", 0o700}, {"kafka", 0o700}, {"clickhouse", 0o700}} {
		if err := os.MkdirAll(d.Path(dir.name), dir.mode); err != nil {
			return fmt.Errorf("cannot use the data folder %s: %w (choose another with --data)", d, err)
		}
	}
	probe, err := os.CreateTemp(string(d), ".probe-*")
	if err != nil {
		return fmt.Errorf("cannot write into the data folder %s: %w", d, err)
	}
	defer os.Remove(probe.Name())
	defer probe.Close()
	var free syscall.Statfs_t
	if err := syscall.Statfs(string(d), &free); err == nil {
		if left := free.Bavail * uint64(free.Bsize); left < minFreeBytes {
			return fmt.Errorf("the disk of the data folder %s has %d MB left, a chain needs %d MB: "+
				"free some space or choose another folder with --data", d, left>>20, minFreeBytes>>20)
		}
	}
	return nil
}

const minFreeBytes = 1 << 30

// Lock keeps a second demo out of the folder until release is called.
func (d State) Lock() (release func(), err error) {
	f, err := os.OpenFile(d.Path("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot lock the data folder %s: %w", d, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another tillstream demo runs in %s: stop it, or choose another "+
			"folder with --data", d)
	}
	return func() { f.Close() }, nil
}

// Addresses tells other commands on this machine where the running chain answers.
type Addresses struct {
	PID        int    `json:"pid"`
	Console    string `json:"console"`
	Edge       string `json:"edge"`
	Gateway    string `json:"gateway"`
	Orders     string `json:"orders"`
	Relay      string `json:"relay"`
	Stream     string `json:"stream"`
	Postgres   string `json:"postgres"`
	Kafka      string `json:"kafka"`
	ClickHouse string `json:"clickhouse"`
	// Ready is true once every role answers.
	Ready bool `json:"ready"`
	// Processes maps the name of each child to its process number.
	Processes map[string]int `json:"processes"`
}

// Publish writes the addresses for other commands to find.
func (d State) Publish(c Addresses) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	// It holds the database password: for the owner only.
	tmp := d.Path("chain.json.new")
	if err := os.WriteFile(tmp, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("cannot write the addresses: %w", err)
	}
	return os.Rename(tmp, d.Path("chain.json"))
}

// pointer is the file in the default folder that names the folder of the chain that was started last.
const pointer = "current"

// Announce lets commands that name no folder find the chain in this one.
func (d State) Announce() error {
	home := DefaultState()
	if err := os.MkdirAll(string(home), 0o700); err != nil {
		return fmt.Errorf("cannot tell other commands where the chain is: %w", err)
	}
	if err := os.WriteFile(home.Path(pointer), []byte(d+"\n"), 0o600); err != nil {
		return fmt.Errorf("cannot tell other commands where the chain is: %w", err)
	}
	return nil
}

// Locate returns the folder of the chain that a command means which names none: the default folder, or,
// if no chain runs there, that of the chain that was started last and still runs.
func Locate() State {
	home := DefaultState()
	if _, err := home.Running(); err == nil {
		return home
	}
	text, err := os.ReadFile(home.Path(pointer))
	if err != nil {
		return home
	}
	last := State(strings.TrimSpace(string(text)))
	if _, err := last.Running(); err != nil {
		return home
	}
	return last
}

// Running returns the running chain, or says how to start one.
func (d State) Running() (Addresses, error) {
	var c Addresses
	text, err := os.ReadFile(d.Path("chain.json"))
	if err != nil {
		return c, fmt.Errorf("no chain runs in %s: start one with `tillstream demo --data %s`", d, d)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("cannot read %s: %w", d.Path("chain.json"), err)
	}
	if err := syscall.Kill(c.PID, 0); errors.Is(err, syscall.ESRCH) {
		return c, fmt.Errorf("the chain in %s has stopped: start it again with "+
			"`tillstream demo --data %s`", d, d)
	}
	if !c.Ready {
		return c, fmt.Errorf("the chain in %s is still starting: try again in a moment", d)
	}
	return c, nil
}
