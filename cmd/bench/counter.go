package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// counter asks the edge of a simulated chain, a process of its own on the same cores.
type counter struct {
	*run
	size    simulated.Size
	split   *recommend.Split
	control *rpc.Client
	server  *asked
	address,
	token string
	// What requests are made of.
	brands, categories  []string
	latitude, longitude []float64
}

// asked is a process that answers.
type asked struct {
	process          *child.Process
	dir              string
	address, control string
}

// startFront starts a process that answers: the edge, or the plain method.
func (r *run) startFront(ctx context.Context, plain bool) (a *asked, err error) {
	a = &asked{}
	if a.dir, err = os.MkdirTemp(r.Dir, "bench-recommend-"); err != nil {
		return nil, fmt.Errorf("cannot make a folder for the bench: %w", err)
	}
	args := []string{"engine", "front", "--seed", strconv.FormatUint(r.Seed, 10)}
	for name, into := range map[string]*string{"listen": &a.address, "control": &a.control} {
		port, err := child.Port(filepath.Join(a.dir, name))
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(a.dir))
		}
		*into = fmt.Sprint("127.0.0.1:", port)
		args = append(args, "--"+name, *into)
	}
	ready := a.control
	if plain {
		args, ready = append(args, "--plain"), a.address
	}
	a.process, err = child.Start(ctx, child.Spec{Name: "edge", Cmd: exec.Command(r.Exe, args...),
		LogFile: filepath.Join(a.dir, "front.log"), Ready: func(ctx context.Context) error {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", ready)
			if err != nil {
				return err
			}
			return conn.Close()
		}})
	if err != nil {
		return nil, fmt.Errorf("%w (the log is in %s)", err, a.dir)
	}
	return a, nil
}

// close ends the process. After a failure its log stays.
func (a *asked) close(failed error) error {
	stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := a.process.Stop(stop)
	switch {
	case failed == nil || errors.Is(failed, context.Canceled):
		return errors.Join(failed, err, os.RemoveAll(a.dir))
	default:
		return fmt.Errorf("%w (the log is in %s)", errors.Join(failed, err), a.dir)
	}
}

// openCounter starts the edge and waits until it answers for the whole chain.
func (r *run) openCounter(ctx context.Context) (c *counter, err error) {
	c = &counter{run: r, size: simulated.Chain()}
	r.step("recommend: making up %d items, %d stores and %d members (a simulation)", c.size.Items,
		c.size.Stores, c.size.Members)
	if c.server, err = r.startFront(ctx, false); err != nil {
		return nil, err
	}
	c.address = c.server.address
	if err := c.prepare(); err != nil {
		return nil, c.server.close(err)
	}
	return c, nil
}

// prepare gets ready what requests are made of.
func (c *counter) prepare() (err error) {
	world := simulated.World(c.Seed, c.size)
	c.brands, c.categories = world.Brands, world.Categories.Code
	c.latitude, c.longitude = world.Stores.Latitude, world.Stores.Longitude
	if c.split, err = frontSplit(); err != nil {
		return err
	}
	c.token, err = staff.Issuer{Key: frontKey()}.Token(staff.Principal{User: "bench",
		Role: staff.Storefront}, 2*time.Hour)
	if err != nil {
		return err
	}
	c.control, err = rpc.Dial("tcp", c.server.control)
	return err
}

// stats asks the edge what it has counted.
func (c *counter) stats() (s FrontStats, err error) {
	if err = c.control.Call("Control.Stats", struct{}{}, &s); err != nil {
		err = fmt.Errorf("cannot ask the edge what it has counted: %w", err)
	}
	return s, err
}

// move changes levels, and returns when everybody sees them.
func (c *counter) move(moves []Move) error {
	if err := c.control.Call("Control.Set", moves, new(int)); err != nil {
		return fmt.Errorf("cannot move goods at the edge: %w", err)
	}
	return nil
}

// close ends the edge.
func (c *counter) close(failed error) error {
	return c.server.close(errors.Join(failed, c.control.Close()))
}

// appendWish appends a request with every filter on: scene, store, member, goods of the scene, what must
// not be shown, a category with all below it or a brand, prices, a tag, the way of handing over and where
// to.
func (c *counter) appendWish(dst []byte, r *rand.Rand) []byte {
	list := func(dst []byte, name string, n int) []byte {
		dst = append(append(dst, '&'), name...)
		for k := range n {
			dst = append(dst, "=,"[min(k, 1)], 'P')
			dst = strconv.AppendInt(dst, int64(1+r.IntN(c.size.Items)), 10)
		}
		return dst
	}
	scene := recommend.Scene(r.IntN(5))
	dst = append(append(dst, "/v1/recommendations?scene="...), scene.String()...)
	store := r.IntN(c.size.Stores)
	dst = strconv.AppendInt(append(dst, "&store=S"...), int64(store+1), 10)
	dst = strconv.AppendInt(append(dst, "&member=M"...), int64(1+r.IntN(c.size.Members)), 10)
	if scene != recommend.Home && scene != recommend.Guide {
		dst = list(dst, "items", 1+r.IntN(3))
	}
	dst = list(dst, "exclude", 5)
	if r.IntN(8) == 0 {
		dst = append(append(dst, "&brand="...), c.brands[r.IntN(len(c.brands))]...)
	} else {
		dst = append(append(dst, "&category="...), c.categories[r.IntN(20)*10]...)
	}
	dst = append(dst, "&price_min=5&price_max=500&tag="...)
	dst = append(dst, [...]string{"hot", "new"}[r.IntN(2)]...)
	dst = append(dst, "&fulfilment=same_city&again=due&lang=zh-CN&limit=10&lat="...)
	dst = strconv.AppendFloat(dst, c.latitude[store]+.01, 'f', 6, 64)
	dst = append(dst, "&lon="...)
	return strconv.AppendFloat(dst, c.longitude[store]+.01, 'f', 6, 64)
}
