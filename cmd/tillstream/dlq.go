package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/user"
	"text/tabwriter"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/stream/letter"
)

type dlqCmd struct {
	List  dlqListCmd  `cmd:"" help:"List the records that the relay or the stream refused."`
	Show  dlqShowCmd  `cmd:"" help:"Show one letter, without what is personal."`
	Retry dlqRetryCmd `cmd:"" help:"Send letters to their topics again; each takes effect once."`
	Drop  dlqDropCmd  `cmd:"" help:"Give letters up, for ever."`
}

// deskFlags reach the desk.
type deskFlags struct {
	Output string `help:"Form of the answer." enum:"table,json" default:"table"`
	role.Backends
}

func (f *deskFlags) open(env *environment, by string) (*letter.Desk, error) {
	b := f.Backends
	if len(b.Kafka) == 0 {
		var err error
		if b, err = b.OrRunning(env.state); err != nil {
			return nil, err
		}
	}
	return role.Letters(env.ctx, b, by, env.log)
}

// filterFlags choose letters.
type filterFlags struct {
	Reason string    `help:"Only letters whose reason contains this."`
	Topic  string    `help:"Only letters of this topic."`
	Since  time.Time `help:"Only what the log took at this time or later, RFC 3339."`
}

func (f *filterFlags) filter() letter.Filter {
	return letter.Filter{Reason: f.Reason, Topic: f.Topic, Since: f.Since}
}

type dlqListCmd struct {
	filterFlags
	Resolved bool   `help:"List what was retried or dropped instead, with who decided and why."`
	Limit    int    `help:"Letters of a page." default:"50"`
	After    string `help:"ID behind which the page begins." placeholder:"ID"`
	deskFlags
}

// Run lists a page.
func (c *dlqListCmd) Run(env *environment) error {
	desk, err := c.open(env, "")
	if err != nil {
		return err
	}
	defer desk.Close()
	f := c.filter()
	f.Resolved = c.Resolved
	page, err := desk.List(env.ctx, f, c.Limit, c.After)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(env.stdout).Encode(page)
	}
	return printLetters(env, page)
}

func printLetters(env *environment, page *letter.Page) error {
	w := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tTIME\tORIGIN\tSOURCE\tPOSITION\tBYTES\tREASON")
	for _, l := range page.Letters {
		origin := l.Topic
		if l.Offset >= 0 {
			origin = fmt.Sprintf("%s/%d@%d", l.Topic, l.Partition, l.Offset)
		}
		reason := l.Reason
		if r := l.Resolution; r != nil {
			reason = fmt.Sprintf("%s by %s at %s: %s (%s)", r.Action, r.By, r.At.Format(time.RFC3339),
				r.Why, l.Reason)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", l.ID, l.At.Format(time.RFC3339), origin,
			l.Source, l.Position, l.Bytes, reason)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(env.stderr, "» %d of %d letters\n", len(page.Letters), page.Total)
	if page.Next != "" {
		fmt.Fprintf(env.stderr, "» more: --after %s\n", page.Next)
	}
	if page.Unsent > 0 {
		fmt.Fprintf(env.stderr, "» %d retries broke off before they were sent: `tillstream dlq retry` "+
			"sends them\n", page.Unsent)
	}
	return nil
}

type dlqShowCmd struct {
	ID string `arg:"" help:"First digits of the letter's ID, six at least."`
	deskFlags
}

// Run shows one letter.
func (c *dlqShowCmd) Run(env *environment) error {
	desk, err := c.open(env, "")
	if err != nil {
		return err
	}
	defer desk.Close()
	s, err := desk.Show(env.ctx, c.ID)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(env.stdout).Encode(s)
	}
	w := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "letter\t%s\nreason\t%s\nbytes\t%d\ncopies\t%d\n", s.ID, s.Reason, s.Bytes, s.Copies)
	if s.Sendable {
		fmt.Fprintln(w, "retry\tthis program would take it")
	} else {
		fmt.Fprintf(w, "retry\tit would die again: %s\n", s.Fault)
	}
	if r := s.Resolution; r != nil {
		fmt.Fprintf(w, "resolved\t%s by %s at %s: %s\n", r.Action, r.By, r.At.Format(time.RFC3339), r.Why)
	}
	for _, f := range s.Headers {
		fmt.Fprintf(w, "header %s\t%s\n", f.Path, f.Value)
	}
	for _, f := range s.Fact {
		fmt.Fprintf(w, "fact %s\t%s\n", f.Path, f.Value)
	}
	if err := w.Flush(); err != nil || s.Dump == "" {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, s.Dump)
	return err
}

// chooseFlags say which letters to decide about, and who does.
type chooseFlags struct {
	IDs []string `arg:"" optional:"" name:"id" help:"First digits of letters' IDs, six at least."`
	All bool     `help:"Take all that the filters choose."`
	filterFlags
	Why string `help:"Why, for the record."`
	By  string `help:"Who decides, for the record. Default: the user's name."`
	deskFlags
}

func (c *chooseFlags) selection() (letter.Selection, error) {
	if !c.All && c.filter() != (letter.Filter{}) {
		return letter.Selection{}, errors.New("filters choose among --all; without it name IDs")
	}
	return letter.Selection{IDs: c.IDs, All: c.All, Filter: c.filter()}, nil
}

func (c *chooseFlags) who() string {
	if c.By != "" {
		return c.By
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

func (c *chooseFlags) report(env *environment, out *letter.Outcome) error {
	if c.Output == "json" {
		return json.NewEncoder(env.stdout).Encode(out)
	}
	fmt.Fprintf(env.stdout, "%d decided, %d sent, %d resolved before, %d skipped, %d gone\n", out.Decided,
		out.Sent, out.Already, len(out.Skipped), len(out.Gone))
	for _, s := range out.Skipped {
		fmt.Fprintf(env.stdout, "%s skipped: %s\n", s.ID, s.Why)
	}
	return nil
}
