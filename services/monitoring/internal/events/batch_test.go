package events_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// generated reads a batch as the generated code does.
func generated(data []byte) ([]detect.Signal, error) {
	var b intakev1.SignalsReceived
	if err := proto.Unmarshal(data, &b); err != nil {
		return nil, err
	}
	var all []detect.Signal
	for _, s := range b.GetSignals() {
		all = append(all, events.Signal(s))
	}
	return all, nil
}

func inPlace(data []byte) ([]detect.Signal, error) {
	var all []detect.Signal
	err := events.Batch(data, func(s *detect.Signal) { all = append(all, *s) })
	return all, err
}

// same fails unless both read the same of the data, or both refuse it.
func same(t *testing.T, data []byte) {
	t.Helper()
	want, wantErr := generated(data)
	got, err := inPlace(data)
	if (err != nil) != (wantErr != nil) {
		t.Fatalf("in place: %v, by the generated code: %v, of %x", err, wantErr, data)
	}
	if err == nil && fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Fatalf("in place, then by the generated code:\n%+v\n%+v", got, want)
	}
}

// ofEveryKind is one signal of each kind, and some that lack what others have.
func ofEveryKind() []*ingressv1.Signal {
	at := timestamppb.New(time.Date(2026, 11, 20, 9, 0, 0, 123456789, time.UTC))
	list := []*ingressv1.Signal{
		{Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{User: "u17", Method: ingressv1.AuthAttempt_SSO, Outcome: ingressv1.AuthAttempt_FAILURE, Failure: ingressv1.AuthAttempt_TIMEOUT}}},
		{Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{User: "ü", Outcome: ingressv1.AuthAttempt_SUCCESS}}},
		{Kind: &ingressv1.Signal_AuthAttempt{}},
		{Kind: &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{Run: "r", Report: "daily", State: ingressv1.ReportRun_SCHEDULED, Stage: ingressv1.ReportRun_DELIVER, DueAt: at}}},
		{Kind: &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{Run: "r", State: ingressv1.ReportRun_FAILED}}},
		{Kind: &ingressv1.Signal_FileUpload{FileUpload: &ingressv1.FileUpload{Upload: "f", Outcome: ingressv1.FileUpload_FAILED, Failure: ingressv1.FileUpload_INVALID_FILE}}},
		{Kind: &ingressv1.Signal_FtpSession{FtpSession: &ingressv1.FtpSession{Session: "s", Outcome: ingressv1.FtpSession_DENIED}}},
		{Kind: &ingressv1.Signal_Probe{Probe: &ingressv1.Probe{Component: "site", Prober: "p", Status: ingressv1.Probe_DOWN, LatencyMs: 12.5}}},
		{Kind: &ingressv1.Signal_IntegrationSync{IntegrationSync: &ingressv1.IntegrationSync{Provider: "p", Present: proto.Uint32(0)}}},
		{Kind: &ingressv1.Signal_ProfileAudit{ProfileAudit: &ingressv1.ProfileAudit{Audit: "a", DiscrepantUsers: []string{"a", "a", "b"}}}},
		{Kind: &ingressv1.Signal_SecurityFinding{SecurityFinding: &ingressv1.SecurityFinding{Finding: "f", Severity: ingressv1.SecurityFinding_HIGH}}},
		{Kind: &ingressv1.Signal_Launch{Launch: &ingressv1.Launch{Program: "p", StartsAt: at}}},
		{},
	}
	for i, s := range list {
		s.Source, s.Id, s.Tenant, s.OccurredAt = "okta", fmt.Sprint("a", i), "acme", at
	}
	return append(list, &ingressv1.Signal{Id: "timeless", Kind: list[0].Kind})
}

func TestABatchReadInPlaceIsWhatTheGeneratedCodeReads(t *testing.T) {
	data, err := proto.Marshal(&intakev1.SignalsReceived{Shard: 3, Signals: ofEveryKind()})
	if err != nil {
		t.Fatal(err)
	}
	same(t, data)
	if got, _ := inPlace(data); len(got) != len(ofEveryKind()) {
		t.Errorf("%d signals, want %d", len(got), len(ofEveryKind()))
	}
	for i := range data {
		same(t, data[:i]) // cut short anywhere
	}
}

// FuzzBatch reads any bytes as the generated code does, or refuses them as it does.
func FuzzBatch(f *testing.F) {
	for _, s := range ofEveryKind() {
		data, err := proto.Marshal(&intakev1.SignalsReceived{Signals: []*ingressv1.Signal{s, s}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(same)
}

func BenchmarkBatch(b *testing.B) {
	var signals []*ingressv1.Signal
	for range 32 {
		signals = append(signals, ofEveryKind()[0])
	}
	data, err := proto.Marshal(&intakev1.SignalsReceived{Signals: signals})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("in place", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := events.Batch(data, func(*detect.Signal) {}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/32, "ns/signal")
	})
	b.Run("generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := generated(data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/32, "ns/signal")
	})
}

func TestWhoseWordItIsIsReadOfTheMessage(t *testing.T) {
	for _, want := range []intakev1.Trust{intakev1.Trust_TRUST_UNSPECIFIED, intakev1.Trust_PLATFORM_MONITOR, intakev1.Trust_TENANT} {
		data, err := proto.Marshal(&intakev1.SignalsReceived{Shard: 7, Trust: want, Signals: ofEveryKind()})
		if err != nil {
			t.Fatal(err)
		}
		if got := events.TrustOf(data); got != want {
			t.Errorf("%v, want %v", got, want)
		}
		n := 0
		if err := events.Batch(data, func(*detect.Signal) { n++ }); err != nil || n != len(ofEveryKind()) {
			t.Errorf("%d signals beside the trust: %v", n, err)
		}
	}
	if got := events.TrustOf([]byte{0x18, 0x02, 0xff}); got != intakev1.Trust_TRUST_UNSPECIFIED {
		t.Errorf("of what is no message: %v", got)
	}
}
