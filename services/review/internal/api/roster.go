package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"
)

// maxRoster bounds the body of a whole roster.
const maxRoster = 4 << 20

func (a *API) rosterRoutes() []route {
	one := "a technician as {\"zone\":\"Europe/Berlin\",\"shifts\":[\"mon-fri 09:00-17:00\"],\"capacity\":3}"
	trueOrFalse := []string{"true", "false"}
	version := param{"version", "the version that was seen; refused if the technician has changed since", nil, false}
	return []route{
		{"GET /v1/roster", "All technicians and how they stand now; with Accept: text/csv as a file.", []param{
			{"skill", "only who has one of these skills, or names none", nil, true},
		}, nil, duties{}, a.roster},
		{"PUT /v1/roster", "Sets these technicians, all or none; the body may be text/csv.", []param{
			{"prune", "with true, who is not named is removed", trueOrFalse, false},
			{"dry_run", "with true, nothing is kept", trueOrFalse, false},
		}, technicians{}, rosterDiff{}, a.setRoster},
		{"GET /v1/roster/{id}", "One technician.", nil, nil, person{}, a.technician},
		{"PUT /v1/roster/{id}", "Sets one technician: " + one + ". Without absences, those that there are stay.", nil, technician{}, person{}, a.setTechnician},
		{"DELETE /v1/roster/{id}", "Removes one technician; one who is not there is removed already.", []param{version}, nil, rosterDiff{}, a.removeTechnician},
		{"POST /v1/roster/{id}/absences", "Says that a technician is away, from now where no beginning is said.", nil, roster.Absence{}, person{}, a.away},
		{"DELETE /v1/roster/{id}/absences", "Says that a technician is back from now on.", nil, nil, person{}, a.back},
		{"GET /v1/reports", "How leadership decided: times, shares, ETAs, requests, weeks; up to a minute old.", []param{
			{"since", "how far back, from 1d to 400d, as 30d or 72h; 30d where it is not said", nil, false},
		}, nil, report.Report{}, a.report},
	}
}

// technician is one technician in JSON.
type technician struct {
	ID       string   `json:"id,omitempty"`
	Name     string   `json:"name,omitempty"`
	Skills   []string `json:"skills,omitempty"`
	Zone     string   `json:"zone,omitempty"`
	Shifts   []string `json:"shifts,omitempty"`
	Capacity int      `json:"capacity"`
	Load     int      `json:"load,omitempty"`
	// Absences that are not there stay as they are.
	Absences []roster.Absence `json:"absences,omitempty"`
	Version  uint64           `json:"version,omitempty"`
}

func (t technician) read() (roster.Technician, error) {
	shifts, err := roster.ParseShifts(strings.Join(t.Shifts, ";"))
	if err != nil {
		return roster.Technician{}, badRequest("shifts", "technician %q: %v", t.ID, err)
	}
	return roster.Technician{
		ID: t.ID, Name: t.Name, Skills: t.Skills, Zone: t.Zone, Shifts: shifts, Capacity: t.Capacity, Reported: t.Load,
		Absences: t.Absences, Version: t.Version,
	}, nil
}

func technicianOf(t roster.Technician) technician {
	out := technician{ID: t.ID, Name: t.Name, Skills: t.Skills, Zone: t.Zone, Capacity: t.Capacity, Load: t.Reported, Absences: t.Absences, Version: t.Version}
	for _, s := range t.Shifts {
		out.Shifts = append(out.Shifts, s.String())
	}
	return out
}

// onDuty is a technician and how they stand. Times that are not known are left out.
type onDuty struct {
	technician
	OnShift bool      `json:"on_shift"`
	Absent  bool      `json:"absent"`
	Until   time.Time `json:"until,omitzero"`
	Back    time.Time `json:"back,omitzero"`
	Free    bool      `json:"free"`
	// Busy is how many cases they have, with the load that was reported.
	Busy int           `json:"busy"`
	Work []roster.Work `json:"work"`
}

type duties struct {
	At          time.Time `json:"at"`
	Technicians []onDuty  `json:"technicians"`
}

type technicians struct {
	Technicians []technician `json:"technicians"`
}

type person struct {
	Technician technician `json:"technician"`
}

type rosterDiff struct {
	roster.Diff
	Dry bool `json:"dry_run"`
}

// roster lists everybody, as JSON with how they stand, or as CSV.
func (a *API) roster(w http.ResponseWriter, r *http.Request) error {
	if strings.Contains(r.Header.Get("Accept"), "text/csv") {
		book, err := a.Duty.Book(r.Context())
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		return book.WriteCSV(w)
	}
	now := a.now()
	all, err := a.Duty.OnDuty(r.Context(), now, roster.Need{Skills: r.URL.Query()["skill"]})
	if err != nil {
		return err
	}
	out := duties{now.UTC(), []onDuty{}}
	for _, s := range all {
		if s.Fits {
			work := append([]roster.Work{}, s.Load...)
			out.Technicians = append(out.Technicians, onDuty{technicianOf(s.Technician), s.OnShift, s.Absent, s.Until, s.Back, s.Free, s.Busy, work})
		}
	}
	return write(w, out)
}

func (a *API) technician(w http.ResponseWriter, r *http.Request) error {
	book, err := a.Duty.Book(r.Context())
	if err != nil {
		return err
	}
	t, err := book.Find(r.PathValue("id"))
	if err != nil {
		return err
	}
	return write(w, person{technicianOf(t)})
}

// setRoster takes a whole roster, as JSON or CSV: all of it or nothing.
func (a *API) setRoster(w http.ResponseWriter, r *http.Request) error {
	prune, err := flag(r, "prune")
	if err != nil {
		return err
	}
	dry, err := flag(r, "dry_run")
	if err != nil {
		return err
	}
	all, err := technicianList(http.MaxBytesReader(w, r.Body, maxRoster), r.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if prune && len(all) == 0 {
		return badRequest("prune", "this would remove everybody; remove them one by one if that is meant")
	}
	_, diff, err := a.Duty.Change(r.Context(), duty.Edit{At: a.now(), Dry: dry}, func(b roster.Book) (roster.Book, error) {
		return b.SetAll(all, prune)
	})
	if err != nil {
		return err
	}
	return write(w, rosterDiff{diff, dry})
}

// technicianList reads a whole roster.
func technicianList(body io.Reader, kind string) ([]roster.Technician, error) {
	data, err := io.ReadAll(body)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, problem.TooLarge(large.Limit)
	}
	if err != nil {
		return nil, badRequest("", "the body could not be read to its end: %v", err)
	}
	if kind, _, _ := mime.ParseMediaType(kind); kind == "text/csv" {
		all, err := roster.ReadCSV(bytes.NewReader(data))
		if err != nil {
			return nil, badRequest("", "%v", err)
		}
		return all, nil
	}
	var in technicians
	if err := fill(data, &in, "", `{"technicians":[{"id":"mia","zone":"Europe/Berlin","shifts":["mon-fri 09:00-17:00"],"capacity":3}]}`); err != nil {
		return nil, err
	}
	all := make([]roster.Technician, len(in.Technicians))
	for i, t := range in.Technicians {
		if all[i], err = t.read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (a *API) setTechnician(w http.ResponseWriter, r *http.Request) error {
	var in technician
	if err := read(w, r, &in, `{"zone":"Europe/Berlin","shifts":["mon-fri 09:00-17:00"],"capacity":3}`); err != nil {
		return err
	}
	t, err := in.read()
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if t.ID != "" && t.ID != id {
		return badRequest("id", "%q is not %q, which the path names", t.ID, id)
	}
	t.ID = id
	return a.edit(w, r, func(b roster.Book) (roster.Book, error) { return b.Set(t) })
}

func (a *API) removeTechnician(w http.ResponseWriter, r *http.Request) error {
	seen := uint64(0)
	if text := r.URL.Query().Get("version"); text != "" {
		var err error
		if seen, err = strconv.ParseUint(text, 10, 64); err != nil {
			return badRequest("version", "%q is no version", text)
		}
	}
	_, diff, err := a.Duty.Change(r.Context(), duty.Edit{At: a.now()}, func(b roster.Book) (roster.Book, error) { return b.Remove(r.PathValue("id"), seen) })
	if err != nil {
		return err
	}
	return write(w, rosterDiff{diff, false})
}

// away adds an absence; without a beginning it begins now.
func (a *API) away(w http.ResponseWriter, r *http.Request) error {
	var absence roster.Absence
	if err := read(w, r, &absence, `{"from":"2026-11-20T09:00:00Z","until":"2026-11-21T09:00:00Z","why":"training"}`); err != nil {
		return err
	}
	if absence.From.IsZero() {
		absence.From = a.now().UTC().Truncate(time.Second)
	}
	return a.edit(w, r, func(b roster.Book) (roster.Book, error) { return b.Away(r.PathValue("id"), absence) })
}

// back ends the absence that holds now.
func (a *API) back(w http.ResponseWriter, r *http.Request) error {
	now := a.now().UTC().Truncate(time.Second)
	return a.edit(w, r, func(b roster.Book) (roster.Book, error) { return b.Back(r.PathValue("id"), now) })
}

// edit changes the technician that the path names, and answers with them.
func (a *API) edit(w http.ResponseWriter, r *http.Request, fn func(roster.Book) (roster.Book, error)) error {
	book, _, err := a.Duty.Change(r.Context(), duty.Edit{At: a.now()}, fn)
	if err != nil {
		return err
	}
	t, err := book.Find(r.PathValue("id"))
	if err != nil {
		return err
	}
	return write(w, person{technicianOf(t)})
}

// flag reads a parameter that is true or false; false where it is not there.
func flag(r *http.Request, name string) (bool, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, badRequest(name, "%q is neither true nor false", text)
	}
	return b, nil
}

func (a *API) report(w http.ResponseWriter, r *http.Request) error {
	back, err := report.Period(r.URL.Query().Get("since"))
	if err != nil {
		return badRequest("since", "%v", err)
	}
	if !who.Of(r.Context()).SeesAll() {
		return report.ErrWalled
	}
	made, err := a.Reports.Report(r.Context(), a.now(), back)
	if err != nil {
		return fmt.Errorf("make a report: %w", err)
	}
	return write(w, made)
}
