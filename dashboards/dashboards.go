// Package dashboards carries the built user interface into the binary. The sources are TypeScript below
// src; `make build` turns them into dist, which this package embeds.
package dashboards

import (
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"
)

//go:embed all:dist
var dist embed.FS

const unbuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>tillstream</title>
<h1>The user interface is not in this binary yet</h1>
<p>Run <code>make build</code> and start <code>bin/tillstream</code> again.
The API answers meanwhile: <a href="/openapi.json">/openapi.json</a>.
<h1 lang="zh-CN">此程序尚未包含界面</h1>
<p lang="zh-CN">请运行 <code>make build</code>，然后重新启动 <code>bin/tillstream</code>。
`

// Files returns the built user interface, or a page that says how to build it.
func Files() (files fs.FS, built bool, err error) {
	tree, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, false, fmt.Errorf("cannot open the embedded user interface: %w", err)
	}
	if _, err := fs.Stat(tree, "index.html"); err == nil {
		return tree, true, nil
	}
	return fstest.MapFS{"index.html": {Data: []byte(unbuilt)}}, false, nil
}
