package chaos

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/tillstream/tillstream/cmd/chain"
)

// volume is a file system of its own for an engine's data, whose size can be changed while it is in use.
type volume struct{ dir string }

// volumeMB is room for all that a campaign writes. It takes memory only for what is there.
const volumeMB = 8 << 10

// mountVolumes gives the broker and the warehouse volumes of their own. Where that is not allowed, they
// share the disk with everybody and it is left alone.
func (c *campaign) mountVolumes(state chain.State) (remove func() error, err error) {
	c.volumes = map[string]*volume{}
	remove = func() (err error) {
		for _, v := range c.volumes {
			err = errors.Join(err, v.remove())
		}
		return err
	}
	for _, engine := range []string{"kafka", "clickhouse"} {
		v := &volume{state.Path(engine)}
		if err := os.MkdirAll(v.dir, 0o700); err != nil {
			return remove, fmt.Errorf("cannot make the folder of %s: %w", engine, err)
		}
		if err := mount(v.dir, "size="+strconv.Itoa(volumeMB)+"m,mode=700"); err != nil {
			c.noVolumes = err
			continue
		}
		c.volumes[engine] = v
	}
	return remove, nil
}

func mount(dir, options string) error {
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("this process may not mount a volume of its own: %w: %s", err,
			strings.TrimSpace(string(out)))
	}
	return nil
}

// leave shrinks the volume until only so many MB are free.
func (v *volume) leave(freeMB int) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(v.dir, &st); err != nil {
		return fmt.Errorf("cannot see how full %s is: %w", v.dir, err)
	}
	usedMB := int((st.Blocks-st.Bfree)*uint64(st.Bsize)>>20) + 1
	return mount(v.dir, fmt.Sprintf("remount,size=%dm", usedMB+freeMB))
}

// widen gives the volume its usual size again.
func (v *volume) widen() error { return mount(v.dir, fmt.Sprintf("remount,size=%dm", volumeMB)) }

func (v *volume) remove() error {
	if err := syscall.Unmount(v.dir, syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("cannot unmount %s: %w", v.dir, err)
	}
	return nil
}
