package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/doors"
	"tocsin/services/intake/internal/mapping"
	"tocsin/services/intake/internal/source"
)

// looking is how often the doors' file is looked at for changes.
const looking = time.Second

// vendors are the doors that a file may name.
func vendors() (v mapping.Vendors) {
	for _, d := range doors.Helpdesks() {
		v.Helpdesks = append(v.Helpdesks, d.Name)
	}
	for _, d := range doors.Monitors() {
		v.Monitors = append(v.Monitors, d.Name)
	}
	for _, d := range doors.All() {
		if d.Verify == nil {
			v.Unsigned = append(v.Unsigned, d.Name)
		}
	}
	return v
}

// opened is what the doors' file opens: vendors' hooks, and who else is let in.
type opened struct {
	hooks   door.Hooks
	sources *source.Book
}

// doorsFile gives the hooks as the doors' file now is. A change that is not
// understood, or whose secrets are not there, changes nothing.
type doorsFile struct {
	path string
	// base are the hooks of the settings; an account of the file goes before.
	base door.Hooks
	log  *slog.Logger
	// asks says that the server asks clients for certificates.
	asks bool

	text []byte
	// seen is another text that the last look found; away says that it found none.
	seen []byte
	away bool
	// secrets are what the files that it names held.
	secrets map[string][]byte
}

// load reads the file for the first time.
func (f *doorsFile) load() (opened, error) {
	if f.path == "" {
		return opened{hooks: f.base}, nil
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return opened{}, fmt.Errorf("read the doors' file (TOCSIN_DOORS_FILE): %w", err)
	}
	now, err := f.read(text)
	if err != nil {
		return opened{}, placed(f.path, err)
	}
	return now, nil
}

// read understands the file's text, and remembers what it was read with.
func (f *doorsFile) read(text []byte) (opened, error) {
	f.text, f.secrets = text, map[string][]byte{}
	file, err := mapping.Read(text, vendors())
	if err != nil {
		return opened{}, err
	}
	hooks, wrong := door.Hooks{}, []error(nil)
	for name, h := range f.base {
		hooks[name] = h
	}
	folder := filepath.Dir(f.path)
	places := mapping.Places{Variable: os.LookupEnv, File: func(path string) ([]byte, error) {
		path = beside(folder, path)
		held, err := os.ReadFile(path)
		f.secrets[path] = held
		return held, err
	}}
	for _, a := range file.Accounts {
		lets, err := a.Credentials(places)
		wrong = append(wrong, err)
		vendor, _ := doors.Named(a.Vendor)
		hooks[a.Name] = door.Hook{Door: vendor, Account: a.Webhook(nil), Lets: lets, Setting: opens(a.Name)}
	}
	if all := file.AskClients(); len(all) > 0 && !f.asks {
		f.log.Error("some ask for a client's certificate, and the server knows no authority of clients, so that nobody gets in there; set TOCSIN_TLS_CLIENT_CA", "asking", all)
	}
	sources, err := file.Sources(places)
	return opened{hooks, sources}, errors.Join(append(wrong, err)...)
}

// beside is where a file is that a doors' file in the folder names.
func beside(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// opens is what opens a door by the file.
func opens(name string) string {
	return "secrets, tokens, passwords or clients of doors." + name + " in the file that TOCSIN_DOORS_FILE names"
}

// placed puts the file before each line of what is wrong in it.
func placed(path string, err error) error {
	return fmt.Errorf("%s:%s", path, strings.ReplaceAll(err.Error(), "\n", "\n"+path+":"))
}

// follow hands over the hooks as the file changes, until the context ends.
func (f *doorsFile) follow(to func(opened)) func(context.Context) error {
	return func(ctx context.Context) error {
		for f.path != "" {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(looking):
			}
			if now, changed := f.look(); changed {
				to(now)
			}
		}
		<-ctx.Done()
		return nil
	}
}

// look gives the hooks of the file as it now is, if it or a secret is another, is
// understood, and stood there at the last look too: what is half written closes
// doors.
func (f *doorsFile) look() (now opened, changed bool) {
	text, err := os.ReadFile(f.path)
	if err != nil { // it may be about to be replaced
		if !f.away {
			f.log.Warn("the doors' file can not be read; the one before stays", "file", f.path, "error", err)
		}
		f.away = true
		return now, false
	}
	f.away = false
	switch {
	case bytes.Equal(text, f.text):
		f.seen = nil
		if f.still() {
			return now, false
		}
	case f.seen == nil || !bytes.Equal(text, f.seen):
		f.seen = text
		return now, false
	}
	now, err = f.read(text)
	if err != nil {
		f.log.Error("the doors' file is refused; the one before stays", "file", f.path, "error", err)
		return opened{}, false
	}
	f.log.Info("the doors' file has changed", "file", f.path)
	return now, true
}

// still says whether the secrets are as they were read.
func (f *doorsFile) still() bool {
	for path, was := range f.secrets {
		if is, _ := os.ReadFile(path); !bytes.Equal(is, was) {
			return false
		}
	}
	return true
}
