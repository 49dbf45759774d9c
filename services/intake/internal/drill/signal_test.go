//go:build unix

package drill

import (
	"fmt"
	"math/rand/v2"

	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// signal is one of any kind.
func (w world) signal(i int, r *rand.Rand) *ingressv1.Signal {
	s := &ingressv1.Signal{
		Id: fmt.Sprint("s-", i), Source: fmt.Sprint("monitor-", r.IntN(4)), Tenant: tenant(r.IntN(40)), OccurredAt: timestamppb.New(w.at(i)),
	}
	name, some := fmt.Sprint("n-", r.IntN(1000)), uint32(r.IntN(300))
	switch r.IntN(12) {
	case 0:
		s.Kind = &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{
			Run: name, Report: "payroll", State: ingressv1.ReportRun_FAILED, Stage: ingressv1.ReportRun_DELIVER, DueAt: timestamppb.New(w.at(i)),
		}}
	case 1:
		s.Kind = &ingressv1.Signal_FileUpload{FileUpload: &ingressv1.FileUpload{Upload: name, Outcome: ingressv1.FileUpload_FAILED, Failure: ingressv1.FileUpload_STORAGE}}
	case 2:
		s.Kind = &ingressv1.Signal_FtpSession{FtpSession: &ingressv1.FtpSession{Session: name, Outcome: ingressv1.FtpSession_DENIED, Failure: ingressv1.FtpSession_NETWORK}}
	case 3:
		s.Tenant = ""
		s.Kind = &ingressv1.Signal_Probe{Probe: &ingressv1.Probe{
			Component: "sso", Prober: name, Region: "eu", Status: pick(r, ingressv1.Probe_UP, ingressv1.Probe_DEGRADED, ingressv1.Probe_DOWN), LatencyMs: float64(some) / 8,
		}}
	case 4:
		s.Kind = &ingressv1.Signal_IntegrationSync{IntegrationSync: &ingressv1.IntegrationSync{Provider: name, Kind: ingressv1.IntegrationSync_CONTENT, Present: &some}}
	case 5:
		s.Kind = &ingressv1.Signal_ProfileAudit{ProfileAudit: &ingressv1.ProfileAudit{Audit: name, DiscrepantUsers: []string{"u1", fmt.Sprint("u", some)}}}
	case 6:
		s.Kind = &ingressv1.Signal_SecurityFinding{SecurityFinding: &ingressv1.SecurityFinding{
			Finding: name, Severity: ingressv1.SecurityFinding_HIGH, Status: ingressv1.SecurityFinding_SUSPECTED,
		}}
	case 7:
		s.Kind = &ingressv1.Signal_Launch{Launch: &ingressv1.Launch{Program: name, StartsAt: timestamppb.New(w.began.AddDate(0, 0, 3)), Audience: &some}}
	default:
		s.Kind = &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{
			User: fmt.Sprint("user-", some), Method: ingressv1.AuthAttempt_SSO, Outcome: ingressv1.AuthAttempt_FAILURE, Failure: ingressv1.AuthAttempt_TIMEOUT,
		}}
	}
	return s
}

// people are the ids of people that a signal holds, each to be changed in place.
func people(s *ingressv1.Signal) []*string {
	if auth := s.GetAuthAttempt(); auth != nil {
		return []*string{&auth.User}
	}
	var all []*string
	users := s.GetProfileAudit().GetDiscrepantUsers()
	for i := range users {
		all = append(all, &users[i])
	}
	return all
}

// bare takes the people out of a signal, and gives them.
func bare(s *ingressv1.Signal) (taken []string) {
	for _, p := range people(s) {
		taken, *p = append(taken, *p), ""
	}
	return taken
}
