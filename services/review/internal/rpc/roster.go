package rpc

import (
	"context"
	"strings"
	"time"

	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/roster"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Technician is one as programs see them.
type Technician struct {
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

// Read is the technician as the roster has them.
func (t Technician) Read() (roster.Technician, error) {
	shifts, err := roster.ParseShifts(strings.Join(t.Shifts, ";"))
	if err != nil {
		return roster.Technician{}, problem.BadRequest("shifts", "technician %q: %v", t.ID, err)
	}
	return roster.Technician{
		ID: t.ID, Name: t.Name, Skills: t.Skills, Zone: t.Zone, Shifts: shifts, Capacity: t.Capacity, Reported: t.Load,
		Absences: t.Absences, Version: t.Version,
	}, nil
}

// TechnicianOf is a technician of the roster as programs see them.
func TechnicianOf(t roster.Technician) Technician {
	out := Technician{ID: t.ID, Name: t.Name, Skills: t.Skills, Zone: t.Zone, Capacity: t.Capacity, Load: t.Reported, Absences: t.Absences, Version: t.Version}
	for _, s := range t.Shifts {
		out.Shifts = append(out.Shifts, s.String())
	}
	return out
}

// OnDuty is a technician and how they stand. Times that are not known are left out.
type OnDuty struct {
	Technician
	OnShift bool      `json:"on_shift"`
	Absent  bool      `json:"absent"`
	Until   time.Time `json:"until,omitzero"`
	Back    time.Time `json:"back,omitzero"`
	Free    bool      `json:"free"`
	// Busy is how many cases they have, with the load that was reported.
	Busy int           `json:"busy"`
	Work []roster.Work `json:"work"`
}

// Duties are how technicians stand at a time.
type Duties struct {
	At          time.Time `json:"at"`
	Technicians []OnDuty  `json:"technicians"`
}

// Duties are how those technicians stand now who have one of the skills, or name
// none; without skills, all.
func (s *Service) Duties(ctx context.Context, skills []string) (Duties, error) {
	now := s.Now()
	all, err := s.Duty.OnDuty(ctx, now, roster.Need{Skills: skills})
	if err != nil {
		return Duties{}, err
	}
	out := Duties{now.UTC(), []OnDuty{}}
	for _, t := range all {
		if t.Fits {
			work := append([]roster.Work{}, t.Load...)
			out.Technicians = append(out.Technicians, OnDuty{TechnicianOf(t.Technician), t.OnShift, t.Absent, t.Until, t.Back, t.Free, t.Busy, work})
		}
	}
	return out, nil
}

// Set adds or changes a technician, and gives them as they then are.
func (s *Service) Set(ctx context.Context, in Technician) (Technician, error) {
	t, err := in.Read()
	if err != nil {
		return in, err
	}
	return s.edit(ctx, t.ID, func(b roster.Book) (roster.Book, error) { return b.Set(t) })
}

// Remove removes a technician at the version that was seen; 0 is whichever.
func (s *Service) Remove(ctx context.Context, id string, seen uint64) (roster.Diff, error) {
	_, diff, err := s.Duty.Change(ctx, duty.Edit{At: s.Now()}, func(b roster.Book) (roster.Book, error) { return b.Remove(id, seen) })
	return diff, err
}

// Away adds an absence; without a beginning it begins now.
func (s *Service) Away(ctx context.Context, id string, absence roster.Absence) (Technician, error) {
	if absence.From.IsZero() {
		absence.From = s.Now().UTC().Truncate(time.Second)
	}
	return s.edit(ctx, id, func(b roster.Book) (roster.Book, error) { return b.Away(id, absence) })
}

// Back ends the absence that holds now.
func (s *Service) Back(ctx context.Context, id string) (Technician, error) {
	now := s.Now().UTC().Truncate(time.Second)
	return s.edit(ctx, id, func(b roster.Book) (roster.Book, error) { return b.Back(id, now) })
}

// edit changes a technician, and gives them as they then are.
func (s *Service) edit(ctx context.Context, id string, fn func(roster.Book) (roster.Book, error)) (Technician, error) {
	book, _, err := s.Duty.Change(ctx, duty.Edit{At: s.Now()}, fn)
	if err != nil {
		return Technician{}, err
	}
	t, err := book.Find(strings.TrimSpace(id))
	return TechnicianOf(t), err
}

// ListTechnicians is the roster and how everybody on it stands now.
func (s *Service) ListTechnicians(ctx context.Context, r *reviewv1.ListTechniciansRequest) (*reviewv1.ListTechniciansResponse, error) {
	problems := []error{few("skills", len(r.GetSkills()))}
	for _, skill := range r.GetSkills() {
		problems = append(problems, plain("skills", skill, maxText))
	}
	if err := first(problems); err != nil {
		return nil, err
	}
	all, err := s.Duties(ctx, r.GetSkills())
	if err != nil {
		return nil, err
	}
	return as(all, &reviewv1.ListTechniciansResponse{})
}

// PutTechnician adds or changes one technician.
func (s *Service) PutTechnician(ctx context.Context, r *reviewv1.PutTechnicianRequest) (*reviewv1.PutTechnicianResponse, error) {
	in := r.GetTechnician()
	if err := named("technician.id", in.GetId()); err != nil {
		return nil, err
	}
	t := Technician{
		ID: in.GetId(), Name: in.GetName(), Skills: in.GetSkills(), Zone: in.GetZone(), Shifts: in.GetShifts(),
		Capacity: int(in.GetCapacity()), Load: int(in.GetLoad()), Version: in.GetVersion(),
	}
	for _, a := range in.GetAbsences() {
		absence, err := absenceFrom("technician.absences", a)
		if err != nil {
			return nil, err
		}
		t.Absences = append(t.Absences, absence)
	}
	now, err := s.Set(ctx, t)
	out, err := technicianIn(now, err)
	return &reviewv1.PutTechnicianResponse{Technician: out}, err
}

// DeleteTechnician removes one technician.
func (s *Service) DeleteTechnician(ctx context.Context, r *reviewv1.DeleteTechnicianRequest) (*reviewv1.DeleteTechnicianResponse, error) {
	if err := named("id", r.GetId()); err != nil {
		return nil, err
	}
	diff, err := s.Remove(ctx, r.GetId(), r.GetVersion())
	return &reviewv1.DeleteTechnicianResponse{Removed: len(diff.Removed) > 0}, err
}

// SetAbsence says that a technician is away.
func (s *Service) SetAbsence(ctx context.Context, r *reviewv1.SetAbsenceRequest) (*reviewv1.SetAbsenceResponse, error) {
	absence, err := absenceFrom("absence", r.GetAbsence())
	if err := first([]error{named("id", r.GetId()), err}); err != nil {
		return nil, err
	}
	now, err := s.Away(ctx, r.GetId(), absence)
	out, err := technicianIn(now, err)
	return &reviewv1.SetAbsenceResponse{Technician: out}, err
}

// RemoveAbsence says that a technician is back from now on.
func (s *Service) RemoveAbsence(ctx context.Context, r *reviewv1.RemoveAbsenceRequest) (*reviewv1.RemoveAbsenceResponse, error) {
	if err := named("id", r.GetId()); err != nil {
		return nil, err
	}
	now, err := s.Back(ctx, r.GetId())
	out, err := technicianIn(now, err)
	return &reviewv1.RemoveAbsenceResponse{Technician: out}, err
}

// technicianIn is a technician as a message, unless there is an error already.
func technicianIn(t Technician, err error) (*reviewv1.Technician, error) {
	if err != nil {
		return nil, err
	}
	return as(t, &reviewv1.Technician{})
}

func absenceFrom(field string, a *reviewv1.Absence) (roster.Absence, error) {
	from, begins := timeOf(field+".from", a.GetFrom())
	until, ends := timeOf(field+".until", a.GetUntil())
	return roster.Absence{From: from, Until: until, Why: a.GetWhy()}, first([]error{begins, ends, plain(field+".why", a.GetWhy(), maxNote)})
}
