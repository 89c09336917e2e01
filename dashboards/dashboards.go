// Package dashboards carries the built user interface into the binary. The sources are TypeScript below
// src; `make build` turns them into dist, which this package embeds.
package dashboards

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

//go:embed unbuilt
var unbuilt embed.FS

// Files returns the built user interface, or a page that says how to build it.
func Files() (files fs.FS, built bool, err error) {
	tree, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, false, fmt.Errorf("cannot open the embedded user interface: %w", err)
	}
	if _, err := fs.Stat(tree, "index.html"); err == nil {
		return tree, true, nil
	}
	if tree, err = fs.Sub(unbuilt, "unbuilt"); err != nil {
		return nil, false, fmt.Errorf("cannot open the page for a missing user interface: %w", err)
	}
	return tree, false, nil
}
