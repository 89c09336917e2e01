package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// The capabilities that let a process pass private folders, from linux/capability.h.
const (
	capDACOverride   = 1
	capDACReadSearch = 2
)

// account is who the server runs as. The zero account is whoever we are.
type account struct {
	drop     bool
	uid, gid uint32
	caps     []uintptr
}

// chooseAccount drops root, because PostgreSQL refuses it. Where a private folder lies on the way to
// the data, the child keeps one capability, else none.
func chooseAccount(data string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	a := account{drop: true, uid: 65534, gid: 65534}
	for _, name := range []string{"nobody", "postgres", "daemon"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil && uid != 0 {
			a.uid, a.gid = uint32(uid), uint32(gid)
			break
		}
	}
	private := privateParent(data)
	if private == "" {
		return a, nil
	}
	held := heldCapabilities()
	switch {
	case held>>capDACReadSearch&1 == 1:
		a.caps = []uintptr{capDACReadSearch}
	case held>>capDACOverride&1 == 1:
		a.caps = []uintptr{capDACOverride}
	default:
		return a, fmt.Errorf("cannot run PostgreSQL as user %d (it refuses root): %s is private and this "+
			"process lacks CAP_DAC_READ_SEARCH; run `chmod o+x %s`, run as another user, or choose "+
			"another data folder", a.uid, private, private)
	}
	return a, nil
}

// command prepares a program. A capability that is handed on takes effect with the exec only, so the
// working folder must be one that everybody may enter.
func (a account) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Env = environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
		cmd.SysProcAttr.AmbientCaps = a.caps
	}
	return cmd
}

// own hands a file or folder to the account.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	if err := os.Chown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("cannot give %s to user %d: %w", path, a.uid, err)
	}
	return nil
}

// privateParent names the first folder above path that others cannot pass, "" if there is none.
func privateParent(path string) string {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode()&0o001 == 0 {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

var effectiveCaps = regexp.MustCompile(`(?m)^CapEff:\s*([0-9a-f]+)$`)

func heldCapabilities() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	match := effectiveCaps.FindSubmatch(status)
	if match == nil {
		return 0
	}
	held, _ := strconv.ParseUint(string(match[1]), 16, 64)
	return held
}
