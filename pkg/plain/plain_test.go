package plain_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/plain"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

var nine = timestamppb.New(time.Date(2026, 11, 20, 9, 0, 0, 120_000_000, time.UTC))

// common are signals of the kinds that are read in place, in JSON.
var common = []string{
	`{"id":"a1","source":"okta","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"user":"ü17","method":"SSO","outcome":"FAILURE","failure":"TIMEOUT"}}`,
	`{"occurred_at":"2024-02-29T23:59:59.000000001Z","id":"a2","source":"okta", "auth_attempt": { "user":"u","method":"API","outcome":"SUCCESS"} } `,
	`{"id":"r","source":"mon","tenant":"acme","occurred_at":"2026-11-20T09:00:00.5Z","report_run":{"run":"r1","report":"daily","state":"SCHEDULED","stage":"DELIVER","due_at":"2026-11-21T00:00:00Z"}}`,
	`{"id":"f","source":"sftp","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","file_upload":{"upload":"u1","outcome":"FAILED","failure":"STORAGE"}}`,
	`{"id":"s","source":"sftp","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z","ftp_session":{"session":"s1","outcome":"DENIED","failure":"BAD_CREDENTIALS"}}`,
	`{"id":"p","source":"mon","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"site","prober":"p1","region":"eu","status":"DEGRADED","latency_ms":0.25}}`,
}

// unusual is JSON that is left to the reader of all JSON, or refused by it.
var unusual = []string{
	`{}`, `[]`, `}`, `{"id":}`, `{"id":"a"`, `{"id":"a",}`, `{"id":"a"}{}`, `{"id":"a","id":"b"}`, `{"id":"","id":"b"}`, `{"ID":"a"}`,
	`{"id":"a\u0062"}`, "{\"id\":\"\xff\"}", "{\"id\":\"a\tb\"}", `{"id":null}`, `{"auth_attempt":}`, `{"auth_attempt":{"user":"a"},"file_upload":{"upload":"u"}}`,
	`{"auth_attempt":{"method":1,"outcome":"NOBODY"}}`, `{"probe":{"latency_ms":1e3}}`, `{"probe":{"latency_ms":01.5}}`, `{"probe":{"latency_ms":"1"}}`,
	`{"probe":{"latency_ms":.5}}`, `{"probe":{"latency_ms":5.}}`, `{"probe":{"latency_ms":0}}`, `{"occurredAt":"2026-11-20T09:00:00Z"}`,
	`{"occurred_at":"2026-11-20T09:00:00+01:00"}`, `{"occurred_at":"2026-02-29T09:00:00Z"}`, `{"occurred_at":"2026-11-20T09:00:00.Z"}`,
	`{"occurred_at":"2026-11-20T24:00:00Z"}`, `{"occurred_at":"0000-11-20T09:00:00Z"}`, `{"occurred_at":"2026-11-20t09:00:00z"}`,
	`{"occurred_at":"2026-11-20T09:00:00,5Z"}`, `{"occurred_at":"2026-11-20T09:00:60Z"}`, `{"occurred_at":"2026-13-20T09:00:00Z"}`,
}

// sameJSON fails unless what is read in place is what the reader of all JSON reads.
func sameJSON(t *testing.T, data []byte) {
	t.Helper()
	got := &ingressv1.Signal{}
	if !plain.JSON(data, got) {
		if !proto.Equal(got, &ingressv1.Signal{}) {
			t.Fatalf("%q is left to the reader of all JSON, but %v was read of it", data, got)
		}
		return
	}
	want := &ingressv1.Signal{}
	if err := protojson.Unmarshal(data, want); err != nil {
		t.Fatalf("%q was read in place; it is no signal: %v", data, err)
	}
	if !proto.Equal(got, want) {
		t.Fatalf("%q in place, then by the reader of all JSON:\n%v\n%v", data, got, want)
	}
}

func TestJSONReadInPlaceIsWhatTheReaderReads(t *testing.T) {
	for _, line := range common {
		sameJSON(t, []byte(line))
		if !plain.JSON([]byte(line), &ingressv1.Signal{}) {
			t.Errorf("%s was not read in place", line)
		}
		for cut := range len(line) {
			sameJSON(t, []byte(line[:cut]))
			sameJSON(t, []byte(line[:cut]+line[cut+1:]))
		}
	}
	for _, line := range unusual {
		sameJSON(t, []byte(line))
	}
}

func FuzzJSONReadInPlaceIsWhatTheReaderReads(f *testing.F) {
	for _, line := range append(unusual, common...) {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, data []byte) { sameJSON(t, data) })
}

// ofEveryKind is a sound signal of each kind.
func ofEveryKind() (list []*ingressv1.Signal) {
	for i, kind := range []*ingressv1.Signal{
		{Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{User: "u17", Method: 1, Outcome: 2, Failure: 2}}},
		{Kind: &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{Run: "r", Report: "daily", State: 1, Stage: 2, DueAt: nine}}},
		{Kind: &ingressv1.Signal_FileUpload{FileUpload: &ingressv1.FileUpload{Upload: "f", Outcome: 2, Failure: 1}}},
		{Kind: &ingressv1.Signal_FtpSession{FtpSession: &ingressv1.FtpSession{Session: "s", Outcome: 2}}},
		{Kind: &ingressv1.Signal_Probe{Probe: &ingressv1.Probe{Component: "site", Prober: "p", Status: 3, LatencyMs: 12.5}}},
		{Kind: &ingressv1.Signal_IntegrationSync{IntegrationSync: &ingressv1.IntegrationSync{Provider: "p", Kind: 1, Present: proto.Uint32(0)}}},
		{Kind: &ingressv1.Signal_ProfileAudit{ProfileAudit: &ingressv1.ProfileAudit{Audit: "a", DiscrepantUsers: []string{"a", "b"}}}},
		{Kind: &ingressv1.Signal_SecurityFinding{SecurityFinding: &ingressv1.SecurityFinding{Finding: "f", Severity: 3, Status: 1}}},
		{Kind: &ingressv1.Signal_Launch{Launch: &ingressv1.Launch{Program: "p", StartsAt: nine}}},
	} {
		kind.Id, kind.Source, kind.Tenant, kind.OccurredAt = fmt.Sprint("a", i), "okta", "acme", nine
		list = append(list, kind)
	}
	return list
}

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var schema = func() protovalidate.Validator {
	v, err := protovalidate.New()
	if err != nil {
		panic(err)
	}
	return v
}()

// sameVerdict fails unless a signal is sound where the schema takes it.
func sameVerdict(t *testing.T, s *ingressv1.Signal) {
	t.Helper()
	if err := schema.Validate(s); plain.Sound(s) != (err == nil) {
		t.Fatalf("sound: %v, the schema: %v, of %v", plain.Sound(s), err, s)
	}
}

// spoiled hands each a copy of the signal in which one field, at any depth, has
// another value.
func spoiled(s *ingressv1.Signal, each func(*ingressv1.Signal)) {
	var walk func(m protoreflect.Message)
	walk = func(m protoreflect.Message) {
		for i := range m.Descriptor().Fields().Len() {
			f := m.Descriptor().Fields().Get(i)
			was, had := m.Get(f), m.Has(f)
			if f.Kind() == protoreflect.MessageKind && had && f.Message().FullName() != "google.protobuf.Timestamp" {
				walk(m.Mutable(f).Message())
			}
			if f.ContainingOneof() != nil && !f.HasOptionalKeyword() && !had {
				continue
			}
			m.Clear(f)
			each(s)
			for _, v := range values(m, f) {
				m.Set(f, v)
				each(s)
			}
			if m.Clear(f); had {
				m.Set(f, was)
			}
		}
	}
	walk(s.ProtoReflect())
}

// values are those at and beyond the bounds of a field.
func values(m protoreflect.Message, f protoreflect.FieldDescriptor) (list []protoreflect.Value) {
	switch {
	case f.IsList():
		for _, n := range []int{1, 10000, 10001} {
			users := m.NewField(f).List()
			for range n {
				users.Append(protoreflect.ValueOfString(""))
			}
			list = append(list, protoreflect.ValueOfList(users))
		}
	case f.Kind() == protoreflect.StringKind:
		for _, n := range []int{1, 128, 129, 512, 513} {
			list = append(list, protoreflect.ValueOfString(strings.Repeat("x", n)), protoreflect.ValueOfString(strings.Repeat("ü", n/2)))
		}
		list = append(list, protoreflect.ValueOfString("_"), protoreflect.ValueOfString("platform"))
	case f.Kind() == protoreflect.EnumKind:
		for n := range int32(f.Enum().Values().Len() + 2) {
			list = append(list, protoreflect.ValueOfEnum(protoreflect.EnumNumber(n-1)))
		}
	case f.Kind() == protoreflect.DoubleKind:
		for _, v := range []float64{-1, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN()} {
			list = append(list, protoreflect.ValueOfFloat64(v))
		}
	}
	return list
}

func TestASignalIsSoundWhereTheSchemaTakesIt(t *testing.T) {
	n := 0
	for _, s := range append(ofEveryKind(), &ingressv1.Signal{}) {
		sameVerdict(t, s)
		spoiled(s, func(s *ingressv1.Signal) { n++; sameVerdict(t, s) })
	}
	if n < 500 {
		t.Errorf("only %d signals were judged", n)
	}
	sameVerdict(t, nil)
}

// sameWire fails unless a batch is read as the generated code reads it, and its
// signals are judged and written as by their originals.
func sameWire(t *testing.T, data []byte) {
	t.Helper()
	var want ingressv1.SignalBatch
	wantErr := proto.Unmarshal(data, &want)
	got, err := plain.Batch(data)
	if (err != nil) != (wantErr != nil) {
		t.Fatalf("in place: %v, by the generated code: %v, of %x", err, wantErr, data)
	}
	if err != nil {
		return
	}
	if !proto.Equal(&ingressv1.SignalBatch{Signals: got}, &ingressv1.SignalBatch{Signals: want.Signals}) {
		t.Fatalf("in place, then by the generated code:\n%v\n%v", got, want.Signals)
	}
	for _, s := range got {
		sameVerdict(t, s)
		sameBytes(t, s)
	}
}

func sameBytes(t *testing.T, s *ingressv1.Signal) {
	t.Helper()
	want, wantErr := proto.MarshalOptions{Deterministic: true}.Marshal(s)
	got, err := plain.Append([]byte("before"), s)
	if (err != nil) != (wantErr != nil) || err == nil && string(got) != "before"+string(want) {
		t.Fatalf("written in place: %x %v, by the generated code: %x %v", got, err, want, wantErr)
	}
}

func TestABatchIsReadAndWrittenAsByTheGeneratedCode(t *testing.T) {
	list := ofEveryKind()
	for _, s := range ofEveryKind() {
		spoiled(s, func(s *ingressv1.Signal) {
			sameBytes(t, s)
			if len(s.GetProfileAudit().GetDiscrepantUsers()) < 100 {
				list = append(list, proto.Clone(s).(*ingressv1.Signal))
			}
		})
	}
	sameWire(t, marshal(t, &ingressv1.SignalBatch{Signals: list}))
	for _, s := range list[:9] {
		data := marshal(t, &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{s, s}})
		for cut := range data {
			sameWire(t, data[:cut])
			sameWire(t, append(data[:cut:cut], data[cut+1:]...))
		}
	}
	odd := ofEveryKind()[0]
	odd.GetAuthAttempt().User = "\xff"
	sameBytes(t, odd)
	sameWire(t, []byte(strings.Repeat("\x0a\x00", 10001)))
}

func FuzzABatchIsReadJudgedAndWrittenAsByTheGeneratedCode(f *testing.F) {
	for _, s := range ofEveryKind() {
		data := marshal(f, &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{s}})
		f.Add(data)
		f.Add(append(data, 0x0a, 4, 0x80, 1, 1, 1))         // an unknown field
		f.Add(append([]byte{0x0a, 2, 0x52, 0}, data...))    // an empty kind
		f.Add(append([]byte{0x0a, 2, 0x0a, 0x80}, data...)) // cut short
	}
	f.Fuzz(sameWire)
}

// What the schema gets has to be known here: else it would be judged by nobody.
func TestTheSchemaHasNoFieldThatIsNotKnownHere(t *testing.T) {
	var known []string
	var list func(m protoreflect.MessageDescriptor)
	list = func(m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			f := m.Fields().Get(i)
			known = append(known, fmt.Sprintf("%s.%s=%d", m.Name(), f.Name(), f.Number()))
			if f.Message() != nil && f.ContainingOneof() != nil {
				list(f.Message())
			}
		}
	}
	list((&ingressv1.Signal{}).ProtoReflect().Descriptor())
	const want = "Signal.id=1 Signal.source=2 Signal.tenant=3 Signal.occurred_at=4 " +
		"Signal.auth_attempt=10 AuthAttempt.user=1 AuthAttempt.method=2 AuthAttempt.outcome=3 AuthAttempt.failure=4 " +
		"Signal.report_run=11 ReportRun.run=1 ReportRun.report=2 ReportRun.state=3 ReportRun.stage=4 ReportRun.due_at=5 " +
		"Signal.file_upload=12 FileUpload.upload=1 FileUpload.outcome=2 FileUpload.failure=3 " +
		"Signal.ftp_session=13 FtpSession.session=1 FtpSession.outcome=2 FtpSession.failure=3 " +
		"Signal.probe=14 Probe.component=1 Probe.prober=2 Probe.region=3 Probe.status=4 Probe.latency_ms=5 " +
		"Signal.integration_sync=15 IntegrationSync.provider=1 IntegrationSync.kind=2 IntegrationSync.expected=3 IntegrationSync.present=4 " +
		"Signal.profile_audit=16 ProfileAudit.audit=1 ProfileAudit.discrepant_users=2 ProfileAudit.discrepant_count=3 " +
		"Signal.security_finding=17 SecurityFinding.finding=1 SecurityFinding.severity=2 SecurityFinding.status=3 " +
		"Signal.launch=18 Launch.program=1 Launch.starts_at=2 Launch.audience=3"
	if got := strings.Join(known, " "); got != want {
		t.Errorf("the schema of a signal has changed: teach Sound, Batch, JSON and Append what is new, then this test.\n got %s\nwant %s", got, want)
	}
}

func BenchmarkSignals(b *testing.B) {
	var batch ingressv1.SignalBatch
	for i := range 1000 {
		s := ofEveryKind()[0]
		s.Id = fmt.Sprint("a", i)
		batch.Signals = append(batch.Signals, s)
	}
	data := marshal(b, &batch)
	per := func(b *testing.B, n int) {
		b.ReportAllocs()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/signal")
	}
	b.Run("batch", func(b *testing.B) {
		for b.Loop() {
			if _, err := plain.Batch(data); err != nil {
				b.Fatal(err)
			}
		}
		per(b, 1000)
	})
	b.Run("sound", func(b *testing.B) {
		for b.Loop() {
			for _, s := range batch.Signals {
				if !plain.Sound(s) {
					b.Fatal(s)
				}
			}
		}
		per(b, 1000)
	})
	b.Run("append", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf = buf[:0]
			for _, s := range batch.Signals {
				buf, _ = plain.Append(buf, s)
			}
		}
		per(b, 1000)
	})
	b.Run("json", func(b *testing.B) {
		line := []byte(common[0])
		for b.Loop() {
			if !plain.JSON(line, &ingressv1.Signal{}) {
				b.Fatal("not plain")
			}
		}
		per(b, 1)
	})
}
