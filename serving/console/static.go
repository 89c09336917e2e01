package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// file is one file of the user interface, compressed once.
type file struct {
	contentType, etag, cache string
	// plain is the content; gzipped and brotli are nil where they would not be smaller.
	plain, gzipped, brotli []byte
}

// static serves the files of a tree from memory.
type static map[string]*file

// pages are the paths that the user interface tells apart by itself; they all begin with its index.
func pages() []string { return []string{"/", "/storefront", "/rules", "/guide", "/experiments"} }

func loadStatic(tree fs.FS) (static, error) {
	files := make(static)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".br") || path.Base(name)[0] == '.' {
			return err
		}
		f, err := loadFile(tree, name)
		if err != nil {
			return err
		}
		files["/"+name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot load the user interface: %w", err)
	}
	if index := files["/index.html"]; index != nil {
		for _, page := range pages() {
			files[page] = index
		}
	}
	return files, nil
}

func loadFile(tree fs.FS, name string) (*file, error) {
	plain, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	f := &file{plain: plain, etag: `"` + hex.EncodeToString(sum[:12]) + `"`, cache: "no-cache",
		contentType: mime.TypeByExtension(path.Ext(name))}
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	// Names below assets/ contain a hash of their content.
	if strings.HasPrefix(name, "assets/") {
		f.cache = "public, max-age=31536000, immutable"
	}
	if br, err := fs.ReadFile(tree, name+".br"); err == nil && len(br) < len(plain) {
		f.brotli = br
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if b.Len() < len(plain) {
		f.gzipped = b.Bytes()
	}
	return f, nil
}

// ServeHTTP answers with a file, or with a problem for a path that is none.
func (s static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := s[r.URL.Path]
	if f == nil {
		newProblem(http.StatusNotFound, "there is nothing at "+r.URL.Path).write(w)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		newProblem(http.StatusMethodNotAllowed, "there is only GET at "+r.URL.Path).write(w)
		return
	}
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", f.cache)
	header.Set("ETag", f.etag)
	header.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.plain
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case f.brotli != nil && strings.Contains(accepted, "br"):
		header.Set("Content-Encoding", "br")
		body = f.brotli
	case f.gzipped != nil && strings.Contains(accepted, "gzip"):
		header.Set("Content-Encoding", "gzip")
		body = f.gzipped
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}
