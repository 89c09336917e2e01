package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// topFolder is FS_TOPDIR_FL of linux/fs.h, which chattr calls T: what the folder holds need not lie together.
//
// A part is a folder of a dozen files, and an insert makes one in its table and in each rollup. ext4 takes a
// new file's inode from the group of its folder, and a new folder's from that of its parent. There it passes
// one by one over inodes that were freed within the last five minutes, and merges free as many as inserts
// take: a file then cost 450 µs instead of 38, half of the time of a small insert. With the flag, the parts
// of a table lie in groups all over the disk.
const topFolder = 0x20000

// spreader gives the folder of every table the flag.
type spreader struct {
	data string

	mu sync.Mutex
	// done are the folders that have it, or cannot have it.
	done map[string]bool
}

func newSpreader(data string) *spreader { return &spreader{data: data} }

// spread looks for tables that are new.
func (s *spreader) spread() error {
	folders, err := filepath.Glob(filepath.Join(s.data, "store", "*", "*"))
	if err != nil {
		return fmt.Errorf("cannot look for the folders of tables: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(map[string]bool, len(folders))
	for _, folder := range folders {
		if !s.done[folder] {
			if err := makeTop(folder); err != nil {
				return fmt.Errorf("cannot spread the parts in %s over the disk: %w", folder, err)
			}
		}
		done[folder] = true
	}
	s.done = done
	return nil
}

// makeTop sets the flag where the file system knows it; others need none. A table may be gone by now.
func makeTop(folder string) error {
	f, err := os.Open(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	flags, err := unix.IoctlGetUint32(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err == nil && flags&topFolder == 0 {
		err = unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, int(flags|topFolder))
	}
	if errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EINVAL) {
		return nil
	}
	return err
}
