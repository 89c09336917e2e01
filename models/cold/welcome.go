package cold

import "github.com/tillstream/tillstream/models/list"

// WelcomeConfig says how fast first clicks outweigh what members in general do.
type WelcomeConfig struct {
	// Clicks is how many clicks weigh as much as store and channel together. Default 1.
	Clicks float32
	// Units is how many units of a channel weigh as much as the store. Default 200.
	Units float64
}

// Evidence is what is known of a new member. Each part may be absent.
type Evidence struct {
	// Store is what sells at the store now (models/popular).
	Store []list.Scored
	// Channel is the list of the campaign channel, and Units what it rests on (Channels.Of).
	Channel []list.Scored
	Units   float64
	// Clicked is what goes with the clicks (models/session, models/neighbour), and Clicks how many
	// there were.
	Clicked []list.Scored
	Clicks  int
	// Skip are items that must not be answered: what the member has just bought.
	Skip []int32
}

// Welcome answers for new members. It belongs to one goroutine.
type Welcome struct {
	cfg   WelcomeConfig
	board *list.Board
}

// NewWelcome prepares the memory: 12 bytes an item.
func NewWelcome(items int, cfg WelcomeConfig) *Welcome {
	if !(cfg.Clicks > 0 && cfg.Clicks < 1e6) {
		cfg.Clicks = 1
	}
	if !(cfg.Units > 0 && cfg.Units < 1e12) {
		cfg.Units = 200
	}
	return &Welcome{cfg: cfg, board: list.NewBoard(items)}
}

// Scores returns what to offer, best first, in the memory of into, as many as its capacity holds. Each
// list is brought to a sum of 1; clicks weigh c/(c+κ), of what is left the channel weighs u/(u+κ), and
// the store the rest. A part that is absent leaves its weight to the others. No allocation.
func (w *Welcome) Scores(e Evidence, into []list.Scored) []list.Scored {
	w.board.Clear()
	for _, item := range e.Skip {
		w.board.Skip(item)
	}
	left := float32(1)
	if n := float32(max(0, e.Clicks)); len(e.Clicked) > 0 {
		left -= w.add(e.Clicked, left*n/(n+w.cfg.Clicks))
	}
	if len(e.Channel) > 0 {
		share := float32(1)
		if len(e.Store) > 0 {
			units := min(max(0, e.Units), 1e15)
			share = float32(units / (units + w.cfg.Units))
		}
		left -= w.add(e.Channel, left*share)
	}
	w.add(e.Store, left)
	return w.board.Top(into, cap(into))
}

// add gives the list the weight and returns it, 0 if there is nothing in the list.
func (w *Welcome) add(scored []list.Scored, weight float32) float32 {
	var sum float32
	for _, s := range scored {
		if s.Score > 0 {
			sum += s.Score
		}
	}
	if !(sum > 0) || !(weight > 0) {
		return 0
	}
	for _, s := range scored {
		if s.Score > 0 {
			w.board.Add(s.Item, weight*s.Score/sum)
		}
	}
	return weight
}

// Trust is what own evidence of n pieces weighs against a prior of κ pieces: n/(n+κ). It says how far a
// newcomer's own list has replaced the inherited one.
func Trust(n, prior float64) float64 {
	if !(n > 0) {
		return 0
	}
	return n / (n + max(0, prior))
}
