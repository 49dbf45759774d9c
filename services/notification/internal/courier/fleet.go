package courier

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/oncall"
	"tocsin/services/notification/internal/route"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// looking is how often the file is looked at for changes.
const looking = time.Second

// settling is how many destinations are given their places at once.
const settling = 4

// A Plan is a file that was understood, with a channel for each destination.
type Plan struct {
	File     *route.File
	Channels map[string]channel.Channel
	// Schedules are the file's, with their calendars.
	Schedules map[string]oncall.Schedule
}

// Ladders call people about cases that nobody has acknowledged.
type Ladders interface {
	// Follow goes by another plan, and by a world that says what silences.
	Follow(plan *Plan, world func() route.World)
	// OnCase takes in how a case now is.
	OnCase(k *reviewv1.Case)
	// Run calls people until the context ends.
	Run(ctx context.Context) error
}

// A Fleet keeps a courier for each destination of a file, as the file now is. A
// change of the file that is not understood changes nothing.
type Fleet struct {
	Path   string
	Conn   *bus.Conn
	Policy *policy.Policy
	Words  Words
	Mutes  Mutes
	Log    *slog.Logger
	// Clock is the time; nil is the machine's.
	Clock func() time.Time
	// Read understands the file's text; beside reads a file that it names.
	Read func(text []byte, beside func(name string) ([]byte, error)) (*Plan, error)
	// Out carries what goes to a destination through its channel.
	Out func(name string, ch channel.Channel) Out
	// Ladders climbs the file's ladders.
	Ladders Ladders
	// Link is the address by which whoever is called acknowledges; nil makes none.
	Link Link

	text []byte
	// seen is another text that the last look found; away says that it found none.
	seen     []byte
	away     bool
	beside   map[string][]byte
	plan     *Plan
	names    atomic.Pointer[[]string]
	world    *World
	serves   map[string]*serving
	settling chan struct{}
	holds    *bus.Gatherer
	calls    *bus.Lookout
	// swept is when HELD and RELEASED were looked through last.
	swept time.Time
	file  atomic.Pointer[route.File]
}

// serving is a courier at work.
type serving struct {
	courier *Courier
	stop    context.CancelFunc
	done    chan struct{}
}

// Load reads the file for the first time.
func (f *Fleet) Load() error {
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return fmt.Errorf("read the file of routes: %w", err)
	}
	if f.plan, err = f.read(text); err != nil {
		return fmt.Errorf("%s:%w", f.Path, err)
	}
	f.world = &World{Conn: f.Conn, Hear: f.Ladders.OnCase}
	f.name()
	f.file.Store(f.plan.File)
	return nil
}

// read understands the file's text, and remembers what it was read with.
func (f *Fleet) read(text []byte) (*Plan, error) {
	f.text, f.beside = text, map[string][]byte{}
	return f.Read(text, func(name string) (text []byte, err error) {
		f.beside[name], err = os.ReadFile(f.at(name))
		return f.beside[name], err
	})
}

// at is where a file beside the file of routes is.
func (f *Fleet) at(name string) string {
	return filepath.Join(filepath.Dir(f.Path), filepath.FromSlash(name))
}

// still says whether what the file names is as it was read.
func (f *Fleet) still() bool {
	for name, was := range f.beside {
		if is, _ := os.ReadFile(f.at(name)); !bytes.Equal(is, was) {
			return false
		}
	}
	return true
}

// name says which destinations there are now.
func (f *Fleet) name() {
	names := f.plan.File.Names()
	f.names.Store(&names)
}

// Destinations are the names of those that are served now.
func (f *Fleet) Destinations() []string { return *f.names.Load() }

// File is the file as it now is; it is not to be changed.
func (f *Fleet) File() *route.File { return f.file.Load() }

// Run serves all destinations until the context ends. The file is loaded.
func (f *Fleet) Run(ctx context.Context) error {
	f.serves, f.settling, f.holds = map[string]*serving{}, make(chan struct{}, settling), &bus.Gatherer{Conn: f.Conn}
	f.calls = &bus.Lookout{Conn: f.Conn, Stream: topology.Calls, Filter: topology.CallsToAll}
	if f.Mutes.Wait(ctx) != nil {
		return nil
	}
	for f.world.Read(ctx) != nil {
		if ctx.Err() != nil {
			return nil
		}
		pause(ctx)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { _ = f.world.Run(ctx) })
	wg.Go(func() { _ = f.calls.Run(ctx) })
	defer func() {
		for _, s := range f.serves {
			s.end()
		}
	}()
	f.follow(ctx)
	wg.Go(func() { _ = f.Ladders.Run(ctx) })
	for ctx.Err() == nil {
		if time.Since(f.swept) >= sweeping {
			f.sweep(ctx)
		}
		pause(ctx)
		f.look(ctx)
	}
	return nil
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(looking):
	}
}

// look goes by the file as it now is, if it is another, is understood, and stood
// there at the last look too: what is half written leads to fewer destinations, and
// one that is gone loses what waits for it.
func (f *Fleet) look(ctx context.Context) {
	text, err := os.ReadFile(f.Path)
	if err != nil { // it may be about to be replaced
		if !f.away {
			f.Log.Warn("the file of routes can not be read; the one before stays", "file", f.Path, "error", err)
		}
		f.away = true
		return
	}
	f.away = false
	if bytes.Equal(text, f.text) {
		f.seen = nil
		if f.still() {
			return
		}
	} else if f.seen == nil || !bytes.Equal(text, f.seen) {
		f.seen = text
		return
	}
	plan, err := f.read(text)
	if err != nil {
		f.Log.Error("the file of routes is refused; the one before stays", "file", f.Path, "error", err)
		return
	}
	f.plan = plan
	f.name()
	f.file.Store(plan.File)
	f.follow(ctx)
	f.Log.Info("the file of routes has changed", "file", f.Path, "destinations", plan.File.Names())
}

// follow makes the couriers those of the plan. One whose destination stays as it
// is goes on without a pause.
func (f *Fleet) follow(ctx context.Context) {
	names := f.plan.File.Names()
	for name, s := range f.serves {
		if !slices.Contains(names, name) || !f.same(s.courier) {
			s.end()
			delete(f.serves, name)
		}
	}
	f.forget(ctx)
	for _, name := range names {
		if s, at := f.serves[name]; at {
			s.courier.Follow(f.plan.File)
			continue
		}
		if len(f.plan.File.Reaches(name)) > 0 || f.plan.File.Calls(name) {
			f.serves[name] = f.start(ctx, name)
		}
	}
	f.swept = time.Time{}
	f.Ladders.Follow(f.plan, func() route.World {
		w := f.world.Now()
		w.Mutes = f.Mutes.Current()
		return w
	})
}

// same says whether the courier's destination is in the plan as it was.
func (f *Fleet) same(c *Courier) bool {
	is, will := c.file.Load(), f.plan.File
	return reflect.DeepEqual(is.Destinations[c.Name], will.Destinations[c.Name]) &&
		slices.Equal(toDestination(is, c.Name).Filters, toDestination(will, c.Name).Filters) && is.Calls(c.Name) == will.Calls(c.Name)
}

func (f *Fleet) start(ctx context.Context, name string) *serving {
	ctx, stop := context.WithCancel(ctx)
	c := &Courier{
		Name: name, Conn: f.Conn, Policy: f.Policy, World: f.world, Mutes: f.Mutes, Words: f.Words, Log: f.Log, Clock: f.Clock,
		Out: f.Out(name, f.plan.Channels[name]), Link: f.Link, Settling: f.settling, Holds: f.holds,
		Calls: f.calls,
	}
	c.Follow(f.plan.File)
	s := &serving{courier: c, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		if err := c.Run(ctx); err != nil && ctx.Err() == nil {
			f.Log.Error("a destination is not served", "destination", name, "error", err)
		}
	}()
	return s
}

func (s *serving) end() {
	s.stop()
	<-s.done
}
