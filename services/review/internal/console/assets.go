package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"time"

	"tocsin/services/review/internal/plot"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets/*
var assetFiles embed.FS

// Assets are the console's own scripts, style and sign, by name. Their address
// holds a hash of them all, so that browsers may keep them for good.
type assets struct {
	hash  string
	files map[string][]byte
}

func readAssets() (assets, error) {
	a := assets{files: map[string][]byte{}}
	sum := sha256.New()
	err := fs.WalkDir(assetFiles, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := assetFiles.ReadFile(name)
		a.files[path.Base(name)] = file
		fmt.Fprintf(sum, "%s\x00%d\x00%s", name, len(file), file)
		return err
	})
	a.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return a, err
}

// ServeHTTP serves one file; scripts import each other by relative address.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	file, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-cache")
	if r.PathValue("hash") == a.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file))
}

// readPages parses the pages, with the functions they may call.
func readPages() (*template.Template, error) {
	pages, err := template.New("pages").Funcs(template.FuncMap{"dict": dict}).ParseFS(pageFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	return plot.Parse(pages)
}

// dict gives a template several named values.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: a value without a name")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out, nil
}
