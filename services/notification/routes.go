package notification

import (
	"errors"
	"fmt"
	"os"

	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/services/notification/internal/calling"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/events"
	"tocsin/services/notification/internal/post"
	"tocsin/services/notification/internal/route"
)

// carrying is what a fleet works with.
type carrying struct {
	telling *events.Telling
	mutes   courier.Mutes
	took    *events.Took
	// ladders is made ready by fleet.
	ladders *calling.Caller
}

// fleet carries what people are told to the destinations of a file of routes.
func fleet(path string, at run.Place, with carrying) (*courier.Fleet, error) {
	words := events.Composing{Teller: with.telling.Teller}
	out := func(name string, ch channel.Channel) courier.Out {
		return &events.Delivering{Records: with.telling.Records, Channel: ch, Name: name, Log: at.Log, Took: with.took.Of(name)}
	}
	with.ladders.Conn, with.ladders.Policy, with.ladders.Words = at.Conn, at.Policy, words
	with.ladders.Out, with.ladders.Log = out, at.Log
	f := &courier.Fleet{
		Path: path, Mutes: with.mutes, Conn: at.Conn, Policy: at.Policy, Words: words, Log: at.Log,
		Read: func(text []byte, beside func(string) ([]byte, error)) (*courier.Plan, error) {
			plan, err := readRoutes(text, at.Policy, os.LookupEnv)
			if err == nil {
				plan.Schedules, err = readSchedules(text, plan.File, beside, at.Log)
			}
			return plan, err
		},
		Out: out, Ladders: with.ladders, Link: linking(with.telling.Teller.Console, at.Conn),
	}
	return f, f.Load()
}

// readRoutes understands a file of routes with the settings of its destinations,
// without the files that it names.
func readRoutes(text []byte, p *policy.Policy, env func(string) (string, bool)) (*courier.Plan, error) {
	file, err := route.Read(text, known(p))
	if err != nil {
		return nil, err
	}
	if err := file.Expand(env); err != nil {
		return nil, fmt.Errorf("1:1: %w", err)
	}
	plan := &courier.Plan{File: file, Channels: map[string]channel.Channel{}}
	var wrong []error
	for _, name := range file.Names() {
		d := file.Destinations[name]
		ch, err := channels()[d.Channel](d.With)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: destination %s: %w", route.Place(text, name), name, err))
			continue
		}
		plan.Channels[name] = ch
	}
	if err := checkBeat(text, file); err != nil {
		wrong = append(wrong, err)
	}
	return plan, errors.Join(wrong...)
}

// CheckRoutes says what is wrong in a file of routes, with line and column; nil
// if nothing is. Variables of the environment that the file names and env lacks
// are given back: the settings of their destinations are not checked. Calendars
// that it names are read by beside.
func CheckRoutes(text []byte, p *policy.Policy, env func(string) (string, bool), beside Beside) (missing []string, err error) {
	file, err := route.Read(text, known(p))
	if err != nil {
		return nil, err
	}
	_, err = readSchedules(text, file, beside, nil)
	wrong := []error{err}
	for _, name := range file.Names() {
		lacks := false
		one := &route.File{Destinations: map[string]route.Destination{name: file.Destinations[name]}}
		_ = one.Expand(func(v string) (string, bool) {
			value, set := env(v)
			if !set {
				lacks, missing = true, append(missing, v)
			}
			return value, set
		})
		if lacks {
			continue
		}
		d := one.Destinations[name]
		if _, err := channels()[d.Channel](d.With); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: destination %s: %w", route.Place(text, name), name, err))
		}
	}
	lacks := false
	_ = (&route.File{Heartbeats: file.Heartbeats}).Expand(func(v string) (string, bool) {
		value, set := env(v)
		if !set {
			lacks, missing = true, append(missing, v)
		}
		return value, set
	})
	if !lacks {
		wrong = append(wrong, checkBeat(text, file))
	}
	return missing, errors.Join(wrong...)
}

// checkBeat says what is wrong with the address of a file's beat, which is expanded.
func checkBeat(text []byte, f *route.File) error {
	if f.Heartbeats == nil || f.Heartbeats.Beat == nil {
		return nil
	}
	if _, err := post.To(f.Heartbeats.Beat.URL); err != nil {
		return fmt.Errorf("%s: heartbeats.beat: %w", route.PlaceOf(text, "$.heartbeats.beat.url"), err)
	}
	return nil
}
