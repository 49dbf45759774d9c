package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/rpc"
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
		}, nil, rpc.Duties{}, a.roster},
		{"PUT /v1/roster", "Sets these technicians, all or none; the body may be text/csv.", []param{
			{"prune", "with true, who is not named is removed", trueOrFalse, false},
			{"dry_run", "with true, nothing is kept", trueOrFalse, false},
		}, technicians{}, rosterDiff{}, a.setRoster},
		{"GET /v1/roster/{id}", "One technician.", nil, nil, person{}, a.technician},
		{"PUT /v1/roster/{id}", "Sets one technician: " + one + ". Without absences, those that there are stay.", nil, rpc.Technician{}, person{}, a.setTechnician},
		{"DELETE /v1/roster/{id}", "Removes one technician; one who is not there is removed already.", []param{version}, nil, rosterDiff{}, a.removeTechnician},
		{"POST /v1/roster/{id}/absences", "Says that a technician is away, from now where no beginning is said.", nil, roster.Absence{}, person{}, a.away},
		{"DELETE /v1/roster/{id}/absences", "Says that a technician is back from now on.", nil, nil, person{}, a.back},
		{"GET /v1/reports", "How leadership decided: times, shares, ETAs, requests, weeks; up to a minute old.", []param{
			{"since", "how far back, from 1d to 400d, as 30d or 72h; 30d where it is not said", nil, false},
		}, nil, report.Report{}, a.report},
	}
}

type technicians struct {
	Technicians []rpc.Technician `json:"technicians"`
}

type person struct {
	Technician rpc.Technician `json:"technician"`
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
	all, err := a.service().Duties(r.Context(), r.URL.Query()["skill"])
	if err != nil {
		return err
	}
	return write(w, all)
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
	return write(w, person{rpc.TechnicianOf(t)})
}

// setRoster takes a whole roster, as JSON or CSV: all of it or nothing.
func (a *API) setRoster(w http.ResponseWriter, r *http.Request) error {
	prune, err := yes(r, "prune")
	if err != nil {
		return err
	}
	dry, err := yes(r, "dry_run")
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
		if all[i], err = t.Read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (a *API) setTechnician(w http.ResponseWriter, r *http.Request) error {
	var in rpc.Technician
	if err := read(w, r, &in, `{"zone":"Europe/Berlin","shifts":["mon-fri 09:00-17:00"],"capacity":3}`); err != nil {
		return err
	}
	id := r.PathValue("id")
	if in.ID != "" && in.ID != id {
		return badRequest("id", "%q is not %q, which the path names", in.ID, id)
	}
	in.ID = id
	t, err := a.service().Set(r.Context(), in)
	return one(w, t, err)
}

func (a *API) removeTechnician(w http.ResponseWriter, r *http.Request) error {
	seen, err := number(r, "version", "a version")
	if err != nil {
		return err
	}
	diff, err := a.service().Remove(r.Context(), r.PathValue("id"), seen)
	if err != nil {
		return err
	}
	return write(w, rosterDiff{diff, false})
}

func (a *API) away(w http.ResponseWriter, r *http.Request) error {
	var absence roster.Absence
	if err := read(w, r, &absence, `{"from":"2026-11-20T09:00:00Z","until":"2026-11-21T09:00:00Z","why":"training"}`); err != nil {
		return err
	}
	t, err := a.service().Away(r.Context(), r.PathValue("id"), absence)
	return one(w, t, err)
}

func (a *API) back(w http.ResponseWriter, r *http.Request) error {
	t, err := a.service().Back(r.Context(), r.PathValue("id"))
	return one(w, t, err)
}

// one answers with a technician.
func one(w http.ResponseWriter, t rpc.Technician, err error) error {
	if err != nil {
		return err
	}
	return write(w, person{t})
}

func (a *API) report(w http.ResponseWriter, r *http.Request) error {
	made, err := a.service().Report(r.Context(), "since", r.URL.Query().Get("since"))
	if err != nil {
		return err
	}
	return write(w, made)
}
