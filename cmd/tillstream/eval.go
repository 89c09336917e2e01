package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tillstream/tillstream/cmd/eval"
)

type evalCmd struct {
	Task       string   `arg:"" help:"What is to be foretold: nextbasket, session, topn, or rules." enum:"nextbasket,session,topn,rules"`
	Files      []string `arg:"" help:"CSV files, plain, .gz or .xz. A wrong header is answered with the right one."`
	K          []int    `help:"Lengths of the lists that are judged." name:"k" default:"10,20"`
	JSON       bool     `help:"Print one JSON object a line, each as soon as it is known." name:"json"`
	Folds      int      `help:"topn: into how many parts the items of a user are split; 0 holds the newest fifth out, by the column time." default:"0"`
	MinRating  float64  `help:"topn: ratings below this do not count."`
	Support    float64  `help:"rules: least share of baskets." default:"0.001"`
	Confidence float64  `help:"rules: least confidence." default:"0.5"`
	Seed       uint64   `help:"Fixes whatever is drawn." default:"1"`
}

// Run judges every model on the files and prints what it reached.
func (c *evalCmd) Run(env *environment) error {
	begun := time.Now()
	var scores []eval.Score
	var found *eval.Rules
	line := func(v any) {
		if c.JSON {
			_ = json.NewEncoder(env.stdout).Encode(v)
		}
	}
	err := eval.Run(env.ctx, eval.Config{Task: c.Task, Files: c.Files, K: c.K, Folds: c.Folds,
		MinRating: c.MinRating, Support: c.Support, Confidence: c.Confidence, Seed: c.Seed,
		Step: func(s string) {
			fmt.Fprintf(env.stderr, "» %5.1f s  %s\n", time.Since(begun).Seconds(), s)
		},
		Score: func(s eval.Score) {
			scores = append(scores, s)
			line(s)
		},
		Rules: func(r eval.Rules) {
			found = &r
			line(r)
		}})
	if c.JSON || err != nil {
		return err
	}
	if found != nil {
		return printRules(env, found)
	}
	return printScores(env, scores)
}

func printScores(env *environment, scores []eval.Score) error {
	tw := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "model\tk\tusers\trecall\tprecision\tNDCG\tPHR\tMRR\tcoverage\tfit\teach list")
	for _, s := range scores {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.1f %%\t%.1f s\t%.0f µs\n", s.Model, s.K,
			s.Users, s.Recall, s.Precision, s.NDCG, s.PHR, s.MRR, 100*s.Coverage, s.FitS, s.AnswerUS)
	}
	return tw.Flush()
}

func printRules(env *environment, r *eval.Rules) error {
	fmt.Fprintf(env.stdout, "%d itemsets and %d rules in %d baskets of %d items, in %.3f s\n", r.Itemsets,
		r.Rules, r.Baskets, r.Items, r.MineS)
	tw := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "who buys\talso buys\tbaskets\tsupport\tconfidence\tlift")
	for _, b := range r.Best {
		fmt.Fprintf(tw, "%s\t%s\t%d\t%.5f\t%.3f\t%.2f\n", strings.Join(b.If, ", "), b.Then, b.Count,
			b.Support, b.Confidence, b.Lift)
	}
	return tw.Flush()
}
