package notification

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"tocsin/pkg/bus"
	"tocsin/pkg/onetime"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/calling"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/ical"
	"tocsin/services/notification/internal/oncall"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Beside reads a file that a file of routes names, as oncall.ics.
type Beside func(name string) ([]byte, error)

// InFolder reads files of the folder in which the file of routes stands.
func InFolder(folder fs.FS) Beside {
	return func(name string) ([]byte, error) { return fs.ReadFile(folder, name) }
}

// readSchedules are the file's schedules with their calendars. What is wrong is
// said with the place in the file of routes and the line in the calendar.
func readSchedules(text []byte, f *route.File, beside Beside, log *slog.Logger) (map[string]oncall.Schedule, error) {
	calendars := map[string]oncall.Calendar{}
	var wrong []error
	for _, name := range f.ScheduleNames() {
		s := f.Schedules[name]
		if s.Calendar == "" {
			continue
		}
		c, err := readCalendar(s, beside)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: schedule %s: %w", route.PlaceOf(text, "$.schedules."+route.Key(name)+".calendar"), name, err))
			continue
		}
		calendars[name] = c
		if len(c.Left) > 0 && log != nil {
			log.Warn("events of a calendar are no shifts; tocsin schedule import says which and why", "schedule", name, "calendar", s.Calendar, "events", len(c.Left))
		}
	}
	return oncall.Of(f, calendars), errors.Join(wrong...)
}

func readCalendar(s route.Schedule, beside Beside) (*ical.Calendar, error) {
	text, err := beside(s.Calendar)
	if err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	c, err := ical.Read(text, s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Calendar, err)
	}
	return c, nil
}

// linking makes the addresses by which people acknowledge; nil without a console.
func linking(console string, conn *bus.Conn) courier.Link {
	if console == "" {
		return nil
	}
	return func(ctx context.Context, c onetime.Claim) (string, error) {
		key, err := onetime.Key(ctx, conn.JS())
		return strings.TrimRight(console, "/") + "/ack/" + onetime.Sign(key, c), err
	}
}

// climbing answers how ladders stand.
func climbing(g *run.Group, at run.Place, c *calling.Caller) {
	ask := func() *notificationv1.LadderAsked { return &notificationv1.LadderAsked{} }
	g.Go("ladders asked for", bus.Answering(at.Conn, "notification", topology.LadderSubject(), ask, c.OnAsked))
}
