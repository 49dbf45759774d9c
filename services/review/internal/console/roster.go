package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"
)

// The line of a day begins so long ago, and is so long.
const (
	lineBack = 6 * time.Hour
	lineLong = 24 * time.Hour
	lineStep = 3 * time.Hour
	lineWide = 720 // in the picture's own units
)

// A staffing is who is on duty.
type staffing struct {
	L            lang
	Sum          string
	Rows         []staff
	Skills       []option
	Chosen, None bool // a skill is asked for; nobody is on the roster at all
	Ticks        []hour
	Now          string // where now is on the line
}

// A staff is one technician. State is free, busy, away or off.
type staff struct {
	ID, Name, State string
	Until, Back     *moment
	Skills          string
	Shifts, Zone    string
	Load            string
	Fill            int // of the bar of load, in percent
	Over            bool
	Works           []staffWork
	Away            []staffAway
	Line            []piece
	About           string // the line in words
}

// A staffWork is something that a technician works on. Hidden is for tenants
// whose work the reader does not see.
type staffWork struct {
	Case, Title, Tenant string
	Level               string
	ETA                 *moment
	Assigned, Hidden    bool
}

// A staffAway is an absence that lasts or comes.
type staffAway struct {
	From, To *moment
	Why      string
}

// A piece is a part of the line: on duty or away.
type piece struct{ Kind, X, W, Text string }

// An hour is a mark on the line.
type hour struct {
	X, Text, Stamp string
	Minor          bool
}

func (c *Console) rosterPage(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "roster")
	p.Kind = ""
	if c.Roster == nil || !duty.Inside(who.Of(r.Context())) {
		c.notFor(w, p, p.L.say("roster.inside"))
		return
	}
	now, need := c.Now(), roster.Need{}
	skill := strings.TrimSpace(r.URL.Query().Get("skill"))
	if skill != "" {
		need.Skills = []string{skill}
	}
	all, err := c.Roster.OnDuty(r.Context(), now, need)
	if errors.Is(err, duty.ErrInside) {
		c.notFor(w, p, p.L.say("roster.inside"))
		return
	}
	if err != nil {
		c.fail(w, r, err)
		return
	}
	s := c.staffingOf(p.L, all, now)
	s.offer(c, all, skill)
	p.Title, p.Body = p.L.say("roster.title"), s
	c.write(w, http.StatusOK, "roster.html", p)
}

// notFor says that a page is not for its reader.
func (c *Console) notFor(w http.ResponseWriter, p page, hint string) {
	t := trouble{http.StatusForbidden, p.L.say("notfor.title"), hint}
	p.Title, p.Body = t.Title, t
	c.write(w, t.Status, "error.html", p)
}

// offer lists the skills that may be asked for.
func (s *staffing) offer(c *Console, all []roster.Standing, skill string) {
	ids := []string{}
	if s.Chosen = skill != ""; s.Chosen {
		ids = append(ids, skill)
	}
	for i := range all {
		ids = append(ids, all[i].Technician.Skills...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		s.Skills = append(s.Skills, option{id, c.skillTitle(s.L, id), id == skill})
	}
	slices.SortFunc(s.Skills, func(a, b option) int { return strings.Compare(a.Title, b.Title) })
}

func (c *Console) staffingOf(l lang, all []roster.Standing, now time.Time) *staffing {
	from := now.Add(-lineBack).Truncate(time.Hour)
	s := &staffing{L: l, None: len(all) == 0, Now: along(now, from)}
	for at := from; at.Before(from.Add(lineLong)); at = at.Add(lineStep) {
		s.Ticks = append(s.Ticks, hour{along(at, from), at.UTC().Format("15:04"), at.UTC().Format(time.RFC3339), len(s.Ticks)%2 == 1})
	}
	free, on := 0, 0
	for i := range all {
		st := &all[i]
		if !st.Fits {
			continue
		}
		if st.On() {
			on++
		}
		if st.Free {
			free++
		}
		s.Rows = append(s.Rows, c.staffOf(l, st, now, from))
	}
	s.Sum = l.say("roster.sum", l.Number(free), l.Number(on), l.Number(len(s.Rows)))
	return s
}

// along is where a time is on a line that begins at from.
func along(at, from time.Time) string {
	share := float64(at.Sub(from)) / float64(lineLong)
	return strconv.FormatFloat(min(max(share, 0), 1)*lineWide, 'f', 1, 64)
}

func (c *Console) staffOf(l lang, st *roster.Standing, now, from time.Time) staff {
	t := &st.Technician
	row := staff{
		ID: t.ID, Name: t.Label(), Until: l.moment(st.Until, now), Back: l.moment(st.Back, now), Shifts: shiftsIn(l, t.Shifts), Zone: t.Zone,
		Load: l.say("work.load", l.Number(st.Busy), l.Number(t.Capacity)), Fill: min(100, st.Busy*100/max(1, t.Capacity)), Over: st.Busy > t.Capacity,
	}
	switch {
	case st.Absent:
		row.State = "away"
	case st.Free:
		row.State = "free"
	case st.OnShift:
		row.State = "busy"
	default:
		row.State, row.Until = "off", nil
	}
	var skills []string
	for _, id := range t.Skills {
		skills = append(skills, c.skillTitle(l, id))
	}
	row.Skills = strings.Join(skills, " · ")
	for _, w := range st.Load {
		work := staffWork{Case: w.Case, Tenant: w.Tenant, Title: w.Ticket, Level: string(w.Priority), ETA: l.moment(w.ETA, now), Assigned: w.Assigned, Hidden: w.Case == "" && w.Ticket == ""}
		if w.Reason != "" {
			work.Title = c.Policy.Title(w.Reason, string(l))
		}
		row.Works = append(row.Works, work)
	}
	row.lay(l, t, now, from)
	return row
}

// lay lays shifts and absences on the line, and says them.
func (row *staff) lay(l lang, t *roster.Technician, now, from time.Time) {
	to := from.Add(lineLong)
	var said []string
	add := func(kind string, begin, end time.Time) {
		if end.IsZero() || end.After(to) {
			end = to
		}
		if begin.Before(from) {
			begin = from
		}
		if !end.After(begin) {
			return
		}
		x, wide := along(begin, from), float64(end.Sub(begin))/float64(lineLong)*lineWide
		text := fmt.Sprintf("%s %s–%s UTC", l.say("roster.line."+kind), begin.UTC().Format("15:04"), end.UTC().Format("15:04"))
		row.Line = append(row.Line, piece{kind, x, strconv.FormatFloat(wide, 'f', 1, 64), text})
		said = append(said, text)
	}
	for _, span := range t.Duty(from, to) {
		add("duty", span.From, span.To)
	}
	for _, a := range t.Absences {
		if !a.Until.IsZero() && !a.Until.After(now) {
			continue
		}
		row.Away = append(row.Away, staffAway{l.moment(a.From, now), l.moment(a.Until, now), a.Why})
		if a.From.Before(to) {
			add("away", a.From, a.Until)
		}
	}
	if row.About = strings.Join(said, ", "); row.About == "" {
		row.About = l.say("roster.line.none")
	}
}

// skillTitle is a skill as people read it: a reason's title, or as it is named.
func (c *Console) skillTitle(l lang, id string) string {
	for _, r := range c.Policy.ReasonIDs() {
		if string(r) == id {
			return c.Policy.Title(r, string(l))
		}
	}
	return strings.ReplaceAll(id, "_", " ")
}

// shiftsIn are shifts with days as people write them.
func shiftsIn(l lang, shifts []roster.Shift) string {
	text := roster.ShiftsText(shifts)
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		text = strings.ReplaceAll(text, day, l.say("day."+day))
	}
	return strings.ReplaceAll(text, "; ", ", ")
}
