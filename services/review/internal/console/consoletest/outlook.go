package consoletest

import (
	"fmt"
	"math"
	"time"

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
}

// NewSky is the sky of a morning at a time; the episodes are those of the
// morning's cases.
func NewSky(now time.Time) *Sky {
	s := &Sky{}
	minute := func(m int) time.Time { return now.Add(time.Duration(m) * time.Minute) }
	auth := &monitoringv1.Standing{Scope: "acme", Reason: "auth_failures_over_100", Counts: "people", Threshold: 100, WindowSeconds: 3600, Tenants: 1}
	for m := -62; m <= 0; m++ {
		people := math.Round(143 / (1 + math.Exp(-float64(m+45)/5)))
		s.stand(auth, uint32(people), minute(m), minute(-41), 101)
	}
	s.change(auth, "raised", "logins-1", 101, minute(-41), minute(-41))
	s.change(auth, "updated", "logins-1", 143, minute(-2), minute(-41))

	pathways := &monitoringv1.Standing{Scope: "platform", Reason: "lxp_features_unavailable", Subject: "pathways", Counts: "probers", Threshold: 2, WindowSeconds: 900, Tenants: 4}
	for m := -120; m <= 0; m++ {
		if m < -70 || m > -50 { // nobody looked
			s.stand(pathways, 3-uint32(m&7)/7, minute(m), minute(-95), 2)
		}
	}
	s.change(pathways, "raised", "pathways-1", 2, minute(-95), minute(-95))

	ftp := &monitoringv1.Standing{Scope: "umbrella", Reason: "ftp_denied", Counts: "sessions", Threshold: 3, WindowSeconds: 1800, Tenants: 1}
	for m := -58; m <= 0; m++ {
		value := 2
		if m >= -57 && (m+57)%14 < 7 {
			value = 3 + m&1
		}
		s.stand(ftp, uint32(value), minute(m), minute(-57), 3)
		if last := s.Standings[len(s.Standings)-1]; m >= -15 {
			last.State, last.RaisedAt = "flapping", timestamppb.New(minute(-15))
		}
	}
	for i := range 4 {
		s.change(ftp, "raised", fmt.Sprint("ftp-", i), 3, minute(-57+14*i), minute(-57+14*i))
		if i < 3 {
			s.change(ftp, "cleared", fmt.Sprint("ftp-", i), 2, minute(-50+14*i), minute(-57+14*i))
		}
	}
	s.change(ftp, "flapping", "ftp-3", 3, minute(-15), minute(-15))

	near := func(st *monitoringv1.Standing, from, to float64) {
		for m := -29; m <= 0; m++ {
			s.stand(st, uint32(math.Round(from+(to-from)*float64(m+29)/29)), minute(m), time.Time{}, math.MaxUint32)
		}
	}
	near(&monitoringv1.Standing{Scope: "globex", Reason: "auth_failures_over_100", Counts: "people", Threshold: 100, WindowSeconds: 3600, Tenants: 1}, 52, 87)
	near(&monitoringv1.Standing{Scope: "initech", Reason: "uploads_failing_24h", Counts: "uploads", Threshold: 3, WindowSeconds: 86400, Tenants: 1}, 2, 2)
	near(&monitoringv1.Standing{Scope: "platform", Reason: "auth_failures_over_100", Counts: "people", Threshold: 100, WindowSeconds: 3600, Tenants: 38}, 90, 331)

	for i, scope := range []string{"hooli", "massive dynamic", "wayne"} {
		s.Standings = append(s.Standings, &monitoringv1.Standing{
			Scope: scope, Reason: "auth_failures_over_100", State: "undetermined", Counts: "people", Threshold: 100, WindowSeconds: 3600, More: 101, Shard: "00",
			At: timestamppb.New(minute(-20)), HeardAt: timestamppb.New(minute(-1500 - 200*i)), UndeterminedAt: timestamppb.New(minute(-60 - 200*i)),
		})
	}
	for m := -120; m <= 0; m++ {
		if m < -70 || m > -50 {
			s.look("platform", minute(m))
		}
		s.look("00", minute(m))
	}
	s.Sights = append(s.Sights, &monitoringv1.Sight{
		Shard: "platform", ReadUntil: timestamppb.New(now), SaidAt: timestamppb.New(now), Why: "gone", Lost: 1200,
		BlindSince: timestamppb.New(minute(-71)), BlindUntil: timestamppb.New(minute(-50)),
	})
	return s
}

// stand adds a value of a rule, raised from line on since then.
func (s *Sky) stand(of *monitoringv1.Standing, value uint32, at, raised time.Time, line uint32) {
	if 2*value < of.Threshold {
		return
	}
	st := &monitoringv1.Standing{
		Scope: of.Scope, Reason: of.Reason, Subject: of.Subject, Counts: of.Counts, Threshold: of.Threshold, WindowSeconds: of.WindowSeconds,
		Tenants: of.Tenants, State: "near", Value: value, At: timestamppb.New(at), HeardAt: timestamppb.New(at.Add(-9 * time.Second)), Shard: "00",
	}
	if of.Scope == "platform" {
		st.Shard = "platform"
	}
	if of.Counts == "people" {
		st.People = value
	}
	if value >= line && !at.Before(raised) {
		st.State, st.RaisedAt = "raised", timestamppb.New(raised)
	} else if needed := of.Threshold + line&1; value < needed && line != math.MaxUint32 {
		st.More = needed - value
	}
	if line == math.MaxUint32 && value <= of.Threshold {
		st.More = of.Threshold - value
		if of.Counts == "people" {
			st.More++
		}
	}
	s.Standings = append(s.Standings, st)
}

func (s *Sky) change(of *monitoringv1.Standing, change, episode string, value uint32, at, first time.Time) {
	c := &monitoringv1.Condition{
		Id: fmt.Sprintf("%s-%s-%d", episode, change, len(s.Changes)), Change: change, Episode: episode, Scope: of.Scope, Reason: of.Reason, Subject: of.Subject,
		Value: value, Threshold: of.Threshold, WindowSeconds: of.WindowSeconds, Tenants: of.Tenants,
		At: timestamppb.New(at), DetectedAt: timestamppb.New(at.Add(120 * time.Millisecond)), FirstAt: timestamppb.New(first),
	}
	if of.Counts == "people" {
		c.People = value
	}
	s.Changes = append(s.Changes, c)
}

func (s *Sky) look(shard string, at time.Time) {
	s.Looks = append(s.Looks, &monitoringv1.Looked{Shard: shard, At: timestamppb.New(at), Watched: 1602})
}
