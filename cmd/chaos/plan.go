package chaos

import (
	"math/rand/v2"
	"strings"
	"time"
)

// fault is one entry of the schedule.
type fault struct {
	// name tells people what is done.
	name string
	// kills are the processes that die of it, in order.
	kills []string
	// at is the step of a protocol at which they die; nil for a moment drawn by chance.
	at *step
	// do is what is done beside killing, nil for nothing.
	do func(*campaign, *blow) error
	// takes is how long that lasts, where people would wonder; 0 elsewhere.
	takes time.Duration
	// chance gives every fault randomness of its own, whatever the others draw.
	chance *rand.Rand
}

// maxDecks ends a schedule whose faults kill nobody.
const maxDecks = 1_000

// plan draws the schedule: whole decks of all faults, each shuffled, until there are enough kills.
func plan(seed uint64, kills int, long bool, only string) []fault {
	shuffle := rand.New(rand.NewPCG(seed, 1))
	var all []fault
	for n, decks := 0, 0; n < kills && decks < maxDecks; decks++ {
		cards := deck()
		if long && decks == 0 {
			cards = append(cards, longCards()...)
		}
		shuffle.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
		for _, f := range cards {
			if !strings.Contains(f.name, only) {
				continue
			}
			f.chance = rand.New(rand.NewPCG(seed, uint64(len(all))+2))
			n += len(f.kills)
			all = append(all, f)
		}
	}
	return all
}

// victims are the processes that an order passes on its way to the rollups.
func victims() []string {
	return []string{"clickhouse", "ingest", "kafka", "oltp", "postgres", "stream"}
}

// pairs die at the same moment.
func pairs() [][2]string {
	return [][2]string{{"stream", "clickhouse"}, {"ingest", "kafka"}, {"oltp", "postgres"},
		{"stream", "kafka"}, {"ingest", "postgres"}}
}

// deck holds every fault of the short form.
func deck() []fault {
	var cards []fault
	for _, name := range victims() {
		for range 4 {
			cards = append(cards, fault{name: "kill " + name, kills: []string{name}})
		}
	}
	for _, p := range pairs() {
		cards = append(cards, fault{name: "kill " + p[0] + " and " + p[1], kills: p[:]})
	}
	for _, s := range steps() {
		cards = append(cards, fault{name: "kill " + s.victim + " " + s.name, kills: []string{s.victim},
			at: &s})
	}
	return append(cards, trials()...)
}
