package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
)

// staffCmd edits the accounts of the staff in the database itself: the way in for the first of them, and
// for whoever has locked themselves out.
type staffCmd struct {
	Add        staffAddCmd        `cmd:"" help:"Add an account, or change the role of one."`
	List       staffListCmd       `cmd:"" help:"List the accounts."`
	Passwd     staffPasswdCmd     `cmd:"" help:"Give an account another password; its sessions end."`
	Deactivate staffDeactivateCmd `cmd:"" help:"Lock an account; its tokens stop working at once."`
}

// staffDoor is how these commands reach the database.
type staffDoor struct {
	role.Backends `embed:""`
}

func (d staffDoor) open(env *environment) (context.Context, func(), *postgres.Staff, error) {
	b, err := d.Backends.OrRunning(env.state)
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, cancel := context.WithTimeout(env.ctx, 20*time.Second)
	db, err := postgres.Open(ctx, postgres.Config{DSN: b.Postgres, Connections: 2, Writers: 1,
		Application: "tillstream-staff"})
	if err != nil {
		cancel()
		return nil, nil, nil, err
	}
	return ctx, func() { db.Close(); cancel() }, db.Staff(), nil
}

// secret is where a password comes from: made up and printed, or read from the standard input, never from
// the command line, which other users of the machine can see.
type secret struct {
	Stdin bool `help:"Read the password from standard input instead of making one up." name:"password-stdin"`
}

func (s secret) read(env *environment) (password string, err error) {
	if !s.Stdin {
		password = staff.RandomPassword()
		_, err = fmt.Fprintln(env.stdout, password)
		return password, err
	}
	line, err := bufio.NewReader(io.LimitReader(os.Stdin, 4<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("cannot read the password: %w", err)
	}
	password = strings.TrimRight(line, "\r\n")
	return password, staff.CheckPassword(password)
}

type staffAddCmd struct {
	Name   string   `arg:"" help:"What the user logs in with."`
	Role   string   `required:"" help:"hq-admin, hq-analyst, planner, marketing, region-manager, store-manager, guide or storefront." enum:"hq-admin,hq-analyst,planner,marketing,region-manager,store-manager,guide,storefront"`
	Stores []string `help:"Store codes of a store manager or guide."`
	Region []string `help:"Region codes of a region manager."`
	secret
	staffDoor
}

// Run adds an account. Without a password on standard input it makes one up and prints it.
func (c *staffAddCmd) Run(env *environment) error {
	ctx, done, book, err := c.open(env)
	if err != nil {
		return err
	}
	defer done()
	u := staff.User{Name: c.Name, Role: staff.Role(c.Role), Stores: c.Stores, Regions: c.Region}
	if err := staff.CheckAccount(&u); err != nil {
		return err
	}
	_, known, err := book.Account(ctx, c.Name)
	if err != nil {
		return err
	}
	if !known {
		password, err := c.secret.read(env)
		if err != nil {
			return err
		}
		u.Hash = staff.HashPassword(password)
	}
	return putAccount(ctx, env, book, u)
}

func putAccount(ctx context.Context, env *environment, book *postgres.Staff, u staff.User) error {
	results, err := book.PutStaff(ctx, []staff.User{u})
	if err != nil {
		return err
	}
	if results[0].Err != nil {
		return results[0].Err
	}
	fmt.Fprintf(env.stderr, "%s %s: %s\n", u.Role, u.Name, results[0].Outcome)
	return nil
}

type staffListCmd struct{ staffDoor }

// Run prints the accounts as a table.
func (c *staffListCmd) Run(env *environment) error {
	ctx, done, book, err := c.open(env)
	if err != nil {
		return err
	}
	defer done()
	const page = 500
	tw := tabwriter.NewWriter(env.stdout, 2, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "name\trole\tstores\tregions\tactive")
	for after := ""; ; {
		users, err := book.Users(ctx, after, page)
		if err != nil {
			return err
		}
		for _, u := range users {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%t\n", u.Name, u.Role, strings.Join(u.Stores, " "),
				strings.Join(u.Regions, " "), !u.Inactive)
			after = u.Name
		}
		if len(users) < page {
			return tw.Flush()
		}
	}
}

type staffPasswdCmd struct {
	Name string `arg:"" help:"Name of the account."`
	secret
	staffDoor
}

// Run sets a password. Without one on standard input it makes one up and prints it.
func (c *staffPasswdCmd) Run(env *environment) error {
	ctx, done, book, err := c.open(env)
	if err != nil {
		return err
	}
	defer done()
	if _, known, err := book.Account(ctx, c.Name); err != nil || !known {
		return errors.Join(err, unknownAccount(c.Name, known))
	}
	password, err := c.secret.read(env)
	if err != nil {
		return err
	}
	_, err = book.SetPassword(ctx, c.Name, staff.HashPassword(password))
	return err
}

type staffDeactivateCmd struct {
	Name string `arg:"" help:"Name of the account."`
	staffDoor
}

// Run deactivates an account.
func (c *staffDeactivateCmd) Run(env *environment) error {
	ctx, done, book, err := c.open(env)
	if err != nil {
		return err
	}
	defer done()
	u, known, err := book.Account(ctx, c.Name)
	if err != nil || !known {
		return errors.Join(err, unknownAccount(c.Name, known))
	}
	u.Inactive, u.Hash = true, ""
	return putAccount(ctx, env, book, u)
}

func unknownAccount(name string, known bool) error {
	if known {
		return nil
	}
	return fmt.Errorf("cannot find the account %q: `tillstream staff list` shows all", name)
}
