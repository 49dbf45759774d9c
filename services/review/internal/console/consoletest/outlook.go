package consoletest

import (
	"fmt"
	"math"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// A Sky is what monitoring says in the morning: an outage that began 41 minutes
// ago, one that comes and goes, near misses, and tenants that fell silent.
type Sky struct {
	Standings []*monitoringv1.Standing
	Changes   []*monitoringv1.Condition
	Looks     []*monitoringv1.Looked
	Sights    []*monitoringv1.Sight

	now time.Time
}

// NewSky is the sky of a morning at a time; the episodes are those of the
// morning's cases.
func NewSky(now time.Time) *Sky {
	s := &Sky{now: now}
	s.logins()
	s.pathways()
	s.comesAndGoes()
	s.nearMisses()
	for i, scope := range []string{"hooli", "massive dynamic", "wayne"} {
		silent := logins(scope, 1)
		silent.State, silent.More, silent.Shard, silent.At = "undetermined", 101, "00", s.at(-20)
		silent.HeardAt, silent.UndeterminedAt = s.at(-1500-200*i), s.at(-60-200*i)
		s.Standings = append(s.Standings, silent)
	}
	for m := -120; m <= 0; m++ {
		for _, shard := range []string{"00", "platform"} {
			if shard == "00" || !unseen(m) {
				s.Looks = append(s.Looks, &monitoringv1.Looked{Shard: shard, At: s.at(m), Watched: 1602})
			}
		}
	}
	s.Sights = append(s.Sights, &monitoringv1.Sight{
		Shard: "platform", ReadUntil: s.at(0), SaidAt: s.at(0), Why: "gone", Lost: 1200, BlindSince: s.at(-71), BlindUntil: s.at(-50),
	})
	return s
}

// at is so many minutes from now.
func (s *Sky) at(minutes int) *timestamppb.Timestamp {
	return timestamppb.New(s.now.Add(time.Duration(minutes) * time.Minute))
}

// unseen is when nobody looked at the platform.
func unseen(minute int) bool { return minute >= -70 && minute <= -50 }

func logins(scope string, tenants uint32) *monitoringv1.Standing {
	return &monitoringv1.Standing{Scope: scope, Reason: "auth_failures_over_100", Counts: "people", Threshold: 100, WindowSeconds: 3600, Tenants: tenants}
}

// logins is the outage of acme.
func (s *Sky) logins() {
	of := logins("acme", 1)
	for m := -62; m <= 0; m++ {
		if people := uint32(math.Round(143 / (1 + math.Exp(-float64(m+45)/5)))); people >= 50 {
			s.stand(of, m, people, since(m, -41))
		}
	}
	s.change(of, -41, &monitoringv1.Condition{Change: "raised", Value: 101, Episode: "logins-1"})
	s.change(of, -2, &monitoringv1.Condition{Change: "updated", Value: 143, Episode: "logins-1"})
}

// pathways is the outage of the platform.
func (s *Sky) pathways() {
	of := &monitoringv1.Standing{Scope: "platform", Reason: "lxp_features_unavailable", Subject: "pathways", Counts: "probers", Threshold: 2, WindowSeconds: 900, Tenants: 4}
	for m := -120; m <= 0; m++ {
		if !unseen(m) {
			s.stand(of, m, 3-uint32(m&7)/7, since(m, -95))
		}
	}
	s.change(of, -95, &monitoringv1.Condition{Change: "raised", Value: 2, Episode: "pathways-1"})
}

// comesAndGoes is the FTP of umbrella, raised for seven minutes of each fourteen.
func (s *Sky) comesAndGoes() {
	of := &monitoringv1.Standing{Scope: "umbrella", Reason: "ftp_denied", Counts: "sessions", Threshold: 3, WindowSeconds: 1800, Tenants: 1}
	for m := -58; m <= 0; m++ {
		value, raised := uint32(2), 0
		if m >= -57 && (m+57)%14 < 7 {
			value, raised = 3+uint32(m&1), m
		}
		if m >= -15 {
			raised = -15
		}
		s.stand(of, m, value, raised)
		if m >= -15 {
			s.Standings[len(s.Standings)-1].State = "flapping"
		}
	}
	for i := range 4 {
		s.change(of, -57+14*i, &monitoringv1.Condition{Change: "raised", Value: 3, Episode: fmt.Sprint("ftp-", i)})
		if i < 3 {
			s.change(of, -50+14*i, &monitoringv1.Condition{Change: "cleared", Value: 2, Episode: fmt.Sprint("ftp-", i)})
		}
	}
	s.change(of, -15, &monitoringv1.Condition{Change: "flapping", Value: 3, Episode: "ftp-3"})
}

func (s *Sky) nearMisses() {
	uploads := &monitoringv1.Standing{Scope: "initech", Reason: "uploads_failing_24h", Counts: "uploads", Threshold: 3, WindowSeconds: 86400, Tenants: 1}
	for m := -29; m <= 0; m++ {
		s.stand(logins("globex", 1), m, uint32(88+m*36/29-1), 0)
		s.stand(uploads, m, 2, 0)
		s.stand(logins("platform", 38), m, uint32(331+m*241/29), 0)
	}
}

// since is the minute of a raise, 0 before it.
func since(minute, raised int) int {
	if minute < raised {
		return 0
	}
	return raised
}

// stand adds a value of a rule, raised since a minute or, where that is 0, near.
func (s *Sky) stand(of *monitoringv1.Standing, minute int, value uint32, raised int) {
	st := proto.CloneOf(of)
	st.State, st.Value, st.Shard, st.At = "near", value, "00", s.at(minute)
	st.HeardAt = timestamppb.New(st.GetAt().AsTime().Add(-9 * time.Second))
	if of.GetScope() == "platform" {
		st.Shard = "platform"
	}
	line := of.GetThreshold()
	if of.GetCounts() == "people" {
		st.People = value
		line++ // it has to be passed
	}
	if value < line {
		st.More = line - value
	}
	if raised != 0 {
		st.State, st.RaisedAt = "raised", s.at(raised)
	}
	s.Standings = append(s.Standings, st)
}

// change adds what monitoring stated at a minute: change, value and episode.
func (s *Sky) change(of *monitoringv1.Standing, minute int, c *monitoringv1.Condition) {
	c.Id = fmt.Sprintf("%s-%s-%d", c.GetEpisode(), c.GetChange(), len(s.Changes))
	c.Scope, c.Reason, c.Subject = of.GetScope(), of.GetReason(), of.GetSubject()
	c.Threshold, c.WindowSeconds, c.Tenants = of.GetThreshold(), of.GetWindowSeconds(), of.GetTenants()
	c.At, c.FirstAt = s.at(minute), s.at(minute-20)
	c.DetectedAt = timestamppb.New(c.GetAt().AsTime().Add(120 * time.Millisecond))
	if of.GetCounts() == "people" {
		c.People = c.GetValue()
	}
	s.Changes = append(s.Changes, c)
}
