package soak_test

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// instanceOf names the environment variable that makes the test binary an instance of the service: it
// holds the address of the database.
const instanceOf = "TILLSTREAM_SOAK_INSTANCE"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(instanceOf); dsn != "" {
		if err := serve(dsn, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "the instance ends:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type (
	asked struct {
		No  int
		Ops []op
	}
	told struct {
		No      int
		Answers []answer
	}
)

// serve runs lists of operations from in, all at once, and writes their answers to out.
func serve(dsn string, in io.Reader, out io.Writer) error {
	e, err := openEngine(context.Background(), dsn)
	if err != nil {
		return err
	}
	defer e.close()
	read, write := gob.NewDecoder(in), gob.NewEncoder(out)
	var mu sync.Mutex
	var group sync.WaitGroup
	defer group.Wait()
	for {
		var a asked
		if err := read.Decode(&a); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		group.Go(func() {
			answers := e.run(context.Background(), a.Ops)
			mu.Lock()
			defer mu.Unlock()
			_ = write.Encode(told{a.No, answers}) // whoever asked is gone
		})
	}
}

// instance is an engine in a process of its own, which can be killed.
type instance struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	write *gob.Encoder

	mu   sync.Mutex
	no   int
	open map[int]chan []answer
	dead bool
}

func startInstance(t *testing.T, dsn string) *instance {
	t.Helper()
	i := &instance{cmd: exec.Command(os.Args[0]), open: map[int]chan []answer{}}
	i.cmd.Env = append(os.Environ(), instanceOf+"="+dsn)
	i.cmd.Stderr = os.Stderr
	in, err := i.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := i.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	i.in, i.write = in, gob.NewEncoder(in)
	if err := i.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go i.listen(out)
	return i
}

func (i *instance) listen(out io.Reader) {
	read := gob.NewDecoder(out)
	for {
		var a told
		err := read.Decode(&a)
		i.mu.Lock()
		if err != nil {
			i.dead = true
			for _, c := range i.open {
				close(c)
			}
			clear(i.open)
			i.mu.Unlock()
			return
		}
		c := i.open[a.No]
		delete(i.open, a.No)
		i.mu.Unlock()
		c <- a.Answers
	}
}

// run runs a list; ok is false when the process was killed and nobody knows what took effect.
func (i *instance) run(ops []op) (answers []answer, ok bool) {
	i.mu.Lock()
	if i.dead {
		i.mu.Unlock()
		return nil, false
	}
	i.no++
	c := make(chan []answer, 1)
	i.open[i.no] = c
	err := i.write.Encode(asked{i.no, ops})
	i.mu.Unlock()
	if err != nil {
		return nil, false
	}
	answers, ok = <-c
	return answers, ok
}

// kill ends the process as a crash would.
func (i *instance) kill() {
	_ = i.cmd.Process.Kill() // it may have ended
	_ = i.cmd.Wait()
}
