package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tillstream/tillstream/stream/letter"
)

type dlqRetryCmd struct {
	Force bool `help:"Send also what this program would refuse again: the stream that runs may be newer."`
	chooseFlags
}

// Run sends letters again; without any it sends what an earlier run has left.
func (c *dlqRetryCmd) Run(env *environment) error {
	s, err := c.selection()
	if err != nil {
		return err
	}
	desk, err := c.open(env, c.who())
	if err != nil {
		return err
	}
	defer desk.Close()
	bar := newBars(env)
	out, err := desk.Retry(env.ctx, s, letter.RetryOptions{Force: c.Force, Why: c.Why, Progress: bar.show})
	bar.finish()
	if err != nil {
		if out != nil && out.Decided > 0 {
			err = fmt.Errorf("%w\nwhat was decided is kept: `tillstream dlq retry` sends the rest", err)
		}
		return err
	}
	return c.report(env, out)
}

type dlqDropCmd struct {
	Yes bool `help:"Do not ask."`
	chooseFlags
}

// Run drops letters once somebody has agreed.
func (c *dlqDropCmd) Run(env *environment) error {
	s, err := c.selection()
	if err != nil {
		return err
	}
	desk, err := c.open(env, c.who())
	if err != nil {
		return err
	}
	defer desk.Close()
	n, err := desk.Count(env.ctx, s)
	if err != nil {
		return err
	}
	if !c.Yes {
		question := fmt.Sprintf("%d letters are given up for ever; what they say will never count.", n)
		if err := agreed(env, question); err != nil {
			return err
		}
	}
	bar := newBars(env)
	out, err := desk.Drop(env.ctx, s, c.Why, bar.show)
	bar.finish()
	if err != nil {
		return err
	}
	return c.report(env, out)
}

// agreed asks for a yes.
func agreed(env *environment, question string) error {
	fmt.Fprintf(env.stderr, "%s\nType yes to go on: ", question)
	typed, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	if strings.TrimSpace(typed) != "yes" {
		return errors.New("nothing was done: the answer was not yes (or use --yes)")
	}
	return nil
}
