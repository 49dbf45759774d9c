package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/problem"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// heard is what was asked of notification.
type heard struct {
	set []*notificationv1.MuteAsked
	end []*notificationv1.MuteEndAsked
}

// keeper answers for notification, which keeps the mutes: it takes whatever has a why.
func (s *school) keeper() *heard {
	s.t.Helper()
	h := &heard{}
	set := func(q *notificationv1.MuteAsked) (proto.Message, error) {
		h.set = append(h.set, q)
		if q.GetMute().GetWhy() == "" {
			return &notificationv1.MuteAnswered{Refused: "bad-request", Detail: "why is empty; until is not there", Problems: []*notificationv1.MuteProblem{
				{Field: "why", Text: "why is empty"}, {Field: "until", Text: "until is not there"},
			}}, nil
		}
		m := proto.CloneOf(q.GetMute())
		m.Id, m.From, m.Until = "m-1", bus.Stamp(time.Now()), bus.Stamp(time.Now().Add(time.Hour))
		return &notificationv1.MuteAnswered{Mute: m}, nil
	}
	end := func(q *notificationv1.MuteEndAsked) (proto.Message, error) {
		h.end = append(h.end, q)
		if q.GetId() != "m-1" {
			return &notificationv1.MuteAnswered{Refused: "no-such-mute", Detail: "there is no mute"}, nil
		}
		m := &notificationv1.Mute{Id: q.GetId(), By: "lena", Audiences: []string{"leadership"}, EndedBy: q.GetBy(), EndedAt: bus.Stamp(time.Now())}
		return &notificationv1.MuteAnswered{Mute: m}, nil
	}
	go func() {
		_ = bus.Answering(s.conn, "notification", topology.SetMuteSubject(), func() *notificationv1.MuteAsked { return &notificationv1.MuteAsked{} }, set)(s.t.Context())
	}()
	go func() {
		_ = bus.Answering(s.conn, "notification", topology.EndMuteSubject(), func() *notificationv1.MuteEndAsked { return &notificationv1.MuteEndAsked{} }, end)(s.t.Context())
	}()
	for s.conn.Ask(s.t.Context(), topology.SetMuteSubject(), &notificationv1.MuteAsked{}, &notificationv1.MuteAnswered{}) != nil ||
		s.conn.Ask(s.t.Context(), topology.EndMuteSubject(), &notificationv1.MuteEndAsked{}, &notificationv1.MuteAnswered{}) != nil {
		continue // until it listens
	}
	h.set, h.end = nil, nil
	return h
}

func TestAMuteIsSetListedAndEndedByItsPerson(t *testing.T) {
	s := open(t)
	h := s.keeper()
	w := s.with(http.MethodPost, "/v1/mutes", "k-1", `{"why":"move","lasts":"2h","tenants":["acme"],"reasons":["site_outage"],"severities":["critical"],"destinations":["ops"],"audiences":["leadership","csm"],"kinds":["approved"]}`)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"id":"m-1"`) || !strings.Contains(w.Body.String(), `"state":"holds"`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	q := h.set[0]
	if m := q.GetMute(); q.GetKey() != "k-1" || q.GetLasts().AsDuration() != 2*time.Hour || m.GetBy() != "lena" || !slices.Equal(m.GetAudiences(), []string{"leadership", "csm"}) ||
		m.GetReasons()[0] != "site_outage" || m.GetSeverities()[0] != "critical" || m.GetDestinations()[0] != "ops" || m.GetTenants()[0] != "acme" || m.GetKinds()[0] != "approved" {
		t.Errorf("asked %v", q)
	}
	if w := s.ask(http.MethodGet, "/v1/mutes", ""); !strings.Contains(w.Body.String(), `"why":"move"`) {
		t.Errorf("listed %d %s", w.Code, w.Body)
	}
	if w := s.ask(http.MethodDelete, "/v1/mutes/m-1", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"ended_by":"lena"`) || h.end[0].GetBy() != "lena" {
		t.Errorf("ended %d %s", w.Code, w.Body)
	}
	if w := s.ask(http.MethodGet, "/v1/mutes", ""); strings.Contains(w.Body.String(), "m-1") {
		t.Errorf("one that is over is listed: %s", w.Body)
	}
	if w := s.ask(http.MethodGet, "/v1/mutes?all=true", ""); !strings.Contains(w.Body.String(), "m-1") {
		t.Errorf("it is forgotten: %s", w.Body)
	}
}

func TestWhyThereIsNoMuteIsSaidFieldByField(t *testing.T) {
	s := open(t)
	if w := s.ask(http.MethodPost, "/v1/mutes", `{"why":"move","lasts":"2h"}`); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "notification") {
		t.Errorf("while notification is away: %d %s", w.Code, w.Body)
	}
	s.keeper()
	for _, c := range []struct {
		method, path, body string
		status             int
		fields             string
	}{
		{"POST", "/v1/mutes", `{}`, 400, "why until"},
		{"POST", "/v1/mutes", `{"why":"x","lasts":"soon"}`, 400, ""},
		{"POST", "/v1/mutes", `{"why":"x","forever":true}`, 400, ""},
		{"POST", "/v1/mutes", `{"why":"x","until":"tomorrow"}`, 400, ""},
		{"DELETE", "/v1/mutes/m-none", ``, 404, ""},
		{"GET", "/v1/mutes?alles=true", ``, 400, ""},
	} {
		w := s.ask(c.method, c.path, c.body)
		var p problem.Problem
		s.must(json.Unmarshal(w.Body.Bytes(), &p))
		var fields []string
		for _, e := range p.Errors {
			fields = append(fields, e.Field)
		}
		if w.Code != c.status || strings.Join(fields, " ") != c.fields || p.Detail == "" || p.Do == "" || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
		}
	}
}
