package eval

import (
	"context"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/models/judge"
)

// Config says what to judge.
type Config struct {
	// Task is one of Tasks. Required.
	Task string
	// Files are read in the layout of the task. Required.
	Files []string
	// K are the lengths of the lists that are judged, 1 to 1,000 each. Default 10 and 20.
	K []int
	// Folds is into how many parts top-N splits the items of each user; 0 holds out each user's newest fifth,
	// by the column time. At most 20.
	Folds int
	// MinRating leaves ratings below it out of top-N.
	MinRating float64
	// Support and Confidence bound the rules. Defaults 0.001 and 0.5.
	Support, Confidence float64
	// Seed fixes whatever is drawn.
	Seed uint64
	// Step is told what is being done, for people. Required.
	Step func(string)
	// Score takes each result as soon as it is known. Required.
	Score func(Score)
	// Rules takes what the task rules has found. Required for that task.
	Rules func(Rules)
}

// Score is how good one model's lists are at one length.
type Score struct {
	Task  string `json:"task"`
	Model string `json:"model"`
	K     int    `json:"k"`
	// Users are those judged: members, sessions or folds times users.
	Users     int     `json:"users"`
	Recall    float64 `json:"recall"`
	Precision float64 `json:"precision"`
	NDCG      float64 `json:"ndcg"`
	PHR       float64 `json:"phr"`
	MRR       float64 `json:"mrr"`
	// Coverage is the share of the items that stood in at least one list.
	Coverage float64 `json:"coverage"`
	// FitS is how long the fit took, AnswerUS how long one list.
	FitS     float64 `json:"fit_s"`
	AnswerUS float64 `json:"answer_us"`
}

// task is one kind of question.
type task struct {
	name string
	// header is what each of its files must have, for people.
	header string
	run    func(context.Context, *Config) error
}

func tasks() []task {
	return []task{
		{"nextbasket", "user_id,split,basket_no,item_id with split history|future or train|validate|test",
			nextBasket},
		{"session", "two files: session,pos,item to learn from, and case,prefix,target to judge; prefix " +
			"lists items, parted by spaces", sessions},
		{"topn", "user,item[,rating][,time]", topN},
		{"rules", "basket,item", rules},
	}
}

// Tasks lists the kinds of questions.
func Tasks() (names []string) {
	for _, t := range tasks() {
		names = append(names, t.name)
	}
	return names
}

// Layouts says, for people, what the files of a task look like.
func Layouts(name string) string {
	for _, t := range tasks() {
		if t.name == name {
			return t.header
		}
	}
	return ""
}

// The bounds of a Config.
const (
	maxK     = 1_000
	maxFolds = 20
)

// Run judges until everything is judged, an error, or the end of ctx.
func Run(ctx context.Context, cfg Config) error {
	if len(cfg.K) == 0 {
		cfg.K = []int{10, 20}
	}
	for _, k := range cfg.K {
		if k < 1 || k > maxK {
			return fmt.Errorf("k %d lies outside 1 to %d", k, maxK)
		}
	}
	if cfg.Folds < 0 || cfg.Folds == 1 || cfg.Folds > maxFolds {
		return fmt.Errorf("folds %d: 0 or 2 to %d", cfg.Folds, maxFolds)
	}
	if cfg.Support <= 0 {
		cfg.Support = 0.001
	}
	if cfg.Confidence <= 0 {
		cfg.Confidence = 0.5
	}
	for _, t := range tasks() {
		if t.name == cfg.Task {
			return t.run(ctx, &cfg)
		}
	}
	return fmt.Errorf("no task %q: there are %v", cfg.Task, Tasks())
}

// exam is a set of questions with known answers.
type exam struct {
	task  string
	items int
	// truths are what each question's list should hold: distinct items, ascending.
	truths [][]int32
}

// pupil is a model that answers: fit makes it ready, answer lists the best items for question q, best first.
type pupil struct {
	name   string
	fit    func() error
	answer func(q int, most int) []int32
}

// mark is what an exam adds up for one pupil; folds share one.
type mark struct {
	means    []judge.Mean
	coverage []*judge.Coverage
	fit      time.Duration
	answers  time.Duration
}

func newMark(ks []int, items int) *mark {
	m := &mark{}
	for _, k := range ks {
		m.means = append(m.means, judge.Mean{K: k})
		m.coverage = append(m.coverage, judge.NewCoverage(items))
	}
	return m
}

// take lets a pupil answer all questions.
func (m *mark) take(ctx context.Context, e *exam, p pupil, ks []int) error {
	begun := time.Now()
	if err := p.fit(); err != nil {
		return fmt.Errorf("cannot fit %s: %w", p.name, err)
	}
	m.fit += time.Since(begun)
	most := 0
	for _, k := range ks {
		most = max(most, k)
	}
	begun = time.Now()
	for q, truth := range e.truths {
		if err := ctx.Err(); err != nil {
			return err
		}
		list := p.answer(q, most)
		for i, k := range ks {
			m.means[i].Add(list, truth)
			m.coverage[i].Add(list[:min(k, len(list))])
		}
	}
	m.answers += time.Since(begun)
	return nil
}

// scores hands out what a pupil has reached.
func (m *mark) scores(task, name string, ks []int, put func(Score)) {
	for i, k := range ks {
		q, users := m.means[i].Quality(), m.means[i].Users()
		s := Score{Task: task, Model: name, K: k, Users: users, Recall: q.Recall, Precision: q.Precision,
			NDCG: q.NDCG, PHR: q.HitRate, MRR: q.MRR, Coverage: m.coverage[i].Share(), FitS: m.fit.Seconds()}
		if users > 0 {
			s.AnswerUS = float64(m.answers.Microseconds()) / float64(users)
		}
		put(s)
	}
}

// sit lets pupils take an exam, one after the other.
func (c *Config) sit(ctx context.Context, e *exam, pupils []pupil) error {
	for _, p := range pupils {
		c.Step(fmt.Sprintf("%s: fitting and judging %s on %d questions", e.task, p.name, len(e.truths)))
		m := newMark(c.K, e.items)
		if err := m.take(ctx, e, p, c.K); err != nil {
			return err
		}
		m.scores(e.task, p.name, c.K, c.Score)
	}
	return nil
}
