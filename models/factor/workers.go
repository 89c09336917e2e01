package factor

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// workersOf is how many goroutines may compute: what was asked for, at most the machine's cores.
func workersOf(asked int) int {
	cores := runtime.GOMAXPROCS(0)
	if asked <= 0 {
		return cores
	}
	return min(asked, cores)
}

// share gives the tasks 0 … n-1 to the workers, each the next one as soon as it is free, and returns
// when all are done. Which worker does a task must not matter.
func share(workers, n int, task func(worker, i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range min(workers, n) {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				task(w, i)
			}
		})
	}
	wait.Wait()
}
