package plain

import (
	"strconv"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// JSON reads one signal into s, which is empty, and stays so if it reports false.
// The signal holds on to a copy of the data.
func JSON(data []byte, s *ingressv1.Signal) bool {
	in, l := text{rest: string(data)}, &loose{Signal: s}
	in.object(func(key string) { l.member(&in, key) })
	in.space()
	if in.failed || in.rest != "" {
		s.Reset()
		return false
	}
	return true
}

// loose is a signal with its commonest parts, so that they are one allocation.
type loose struct {
	*ingressv1.Signal
	at   timestamppb.Timestamp
	kind ingressv1.Signal_AuthAttempt
	auth ingressv1.AuthAttempt
}

// member reads one member of the signal's object.
func (l *loose) member(in *text, key string) {
	m := l.Signal
	switch key {
	case "id":
		in.once(&m.Id)
	case "source":
		in.once(&m.Source)
	case "tenant":
		in.once(&m.Tenant)
	case "occurred_at":
		in.failed = in.failed || m.OccurredAt != nil
		m.OccurredAt = &l.at
		in.instant(&l.at)
	case "auth_attempt", "report_run", "file_upload", "ftp_session", "probe":
		in.failed = in.failed || m.Kind != nil
		l.memberKind(in, key)
	default:
		in.failed = true
	}
}

// memberKind reads what the signal states.
func (l *loose) memberKind(in *text, key string) {
	switch key {
	case "auth_attempt":
		l.kind.AuthAttempt, l.Kind = &l.auth, &l.kind
		in.object(func(key string) { in.auth(&l.auth, key) })
	case "report_run":
		r := &ingressv1.ReportRun{}
		l.Kind = &ingressv1.Signal_ReportRun{ReportRun: r}
		in.object(func(key string) { in.report(r, key) })
	case "file_upload":
		u := &ingressv1.FileUpload{}
		l.Kind = &ingressv1.Signal_FileUpload{FileUpload: u}
		in.object(func(key string) { in.upload(u, key) })
	case "ftp_session":
		f := &ingressv1.FtpSession{}
		l.Kind = &ingressv1.Signal_FtpSession{FtpSession: f}
		in.object(func(key string) { in.session(f, key) })
	case "probe":
		p := &ingressv1.Probe{}
		l.Kind = &ingressv1.Signal_Probe{Probe: p}
		in.object(func(key string) { in.probe(p, key) })
	}
}

func (t *text) auth(a *ingressv1.AuthAttempt, key string) {
	switch key {
	case "user":
		t.once(&a.User)
	case "method":
		word(t, &a.Method, ingressv1.AuthAttempt_Method_value)
	case "outcome":
		word(t, &a.Outcome, ingressv1.AuthAttempt_Outcome_value)
	case "failure":
		word(t, &a.Failure, ingressv1.AuthAttempt_Failure_value)
	default:
		t.failed = true
	}
}

func (t *text) report(r *ingressv1.ReportRun, key string) {
	switch key {
	case "run":
		t.once(&r.Run)
	case "report":
		t.once(&r.Report)
	case "state":
		word(t, &r.State, ingressv1.ReportRun_State_value)
	case "stage":
		word(t, &r.Stage, ingressv1.ReportRun_Stage_value)
	case "due_at":
		t.failed = t.failed || r.DueAt != nil
		r.DueAt = &timestamppb.Timestamp{}
		t.instant(r.DueAt)
	default:
		t.failed = true
	}
}

func (t *text) upload(u *ingressv1.FileUpload, key string) {
	switch key {
	case "upload":
		t.once(&u.Upload)
	case "outcome":
		word(t, &u.Outcome, ingressv1.FileUpload_Outcome_value)
	case "failure":
		word(t, &u.Failure, ingressv1.FileUpload_Failure_value)
	default:
		t.failed = true
	}
}

func (t *text) session(f *ingressv1.FtpSession, key string) {
	switch key {
	case "session":
		t.once(&f.Session)
	case "outcome":
		word(t, &f.Outcome, ingressv1.FtpSession_Outcome_value)
	case "failure":
		word(t, &f.Failure, ingressv1.FtpSession_Failure_value)
	default:
		t.failed = true
	}
}

func (t *text) probe(p *ingressv1.Probe, key string) {
	switch key {
	case "component":
		t.once(&p.Component)
	case "prober":
		t.once(&p.Prober)
	case "region":
		t.once(&p.Region)
	case "status":
		word(t, &p.Status, ingressv1.Probe_Status_value)
	case "latency_ms":
		t.failed = t.failed || p.LatencyMs != 0
		p.LatencyMs = t.number()
	default:
		t.failed = true
	}
}

// A text is what is left of a JSON text; it fails at anything unusual.
type text struct {
	rest   string
	failed bool
}

func (t *text) space() {
	for t.rest != "" && (t.rest[0] == ' ' || t.rest[0] == '\t' || t.rest[0] == '\n' || t.rest[0] == '\r') {
		t.rest = t.rest[1:]
	}
}

// is takes the character if it is the next one after white space.
func (t *text) is(c byte) bool {
	t.space()
	if t.failed || t.rest == "" || t.rest[0] != c {
		return false
	}
	t.rest = t.rest[1:]
	return true
}

// object reads an object that has a member or more, and lets member read the value
// of each.
func (t *text) object(member func(key string)) {
	t.failed = !t.is('{') || t.failed
	for more := true; more; more = t.is(',') {
		key := t.string()
		t.failed = !t.is(':') || t.failed
		if t.failed {
			return
		}
		member(key)
	}
	t.failed = !t.is('}') || t.failed
}

// string reads a text without escapes.
func (t *text) string() string {
	if !t.is('"') {
		t.failed = true
		return ""
	}
	ascii := true
	for i := 0; i < len(t.rest); i++ {
		switch c := t.rest[i]; {
		case c == '"':
			s := t.rest[:i]
			t.rest = t.rest[i+1:]
			t.failed = !ascii && !utf8.ValidString(s)
			return s
		case c == '\\' || c < ' ':
			t.failed = true
			return ""
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	t.failed = true
	return ""
}

// once reads a text that was not given before. One that was given empty may have
// been given before: then it is not plain.
func (t *text) once(into *string) {
	given := *into != ""
	*into = t.string()
	t.failed = t.failed || given || *into == ""
}

// word reads an enum by its value's name, if it was not given before.
func word[E ~int32](t *text, into *E, values map[string]int32) {
	v, ok := values[t.string()]
	t.failed = t.failed || !ok || v == 0 || *into != 0
	*into = E(v)
}

// number reads a number above 0 without an exponent.
func (t *text) number() float64 {
	t.space()
	i, point := 0, -1
	for ; i < len(t.rest) && (t.rest[i] >= '0' && t.rest[i] <= '9' || t.rest[i] == '.' && point < 0); i++ {
		if t.rest[i] == '.' {
			point = i
		}
	}
	digits := t.rest[:i]
	t.rest = t.rest[i:]
	v, err := strconv.ParseFloat(digits, 64)
	t.failed = t.failed || err != nil || v == 0 || point == 0 || point == i-1 || digits[0] == '0' && point != 1
	return v
}

// instant reads a time of RFC 3339 that ends with Z.
func (t *text) instant(into *timestamppb.Timestamp) {
	s := t.string()
	if t.failed = t.failed || len(s) < len("2006-01-02T15:04:05Z") || len(s) > len("2006-01-02T15:04:05.999999999Z"); t.failed {
		return
	}
	at := func(from, to int) int {
		n := 0
		for _, c := range []byte(s[from:to]) {
			t.failed = t.failed || c < '0' || c > '9'
			n = n*10 + int(c-'0')
		}
		return n
	}
	marks := s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && s[16] == ':' && s[len(s)-1] == 'Z'
	year, month, day := at(0, 4), at(5, 7), at(8, 10)
	hour, minute, second := at(11, 13), at(14, 16), at(17, 19)
	nanos := 0
	if part := s[19 : len(s)-1]; part != "" {
		nanos = at(20, len(s)-1)
		for range 10 - len(part) {
			nanos *= 10
		}
		marks = marks && part[0] == '.' && len(part) > 1
	}
	when := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	t.failed = t.failed || !marks || year == 0 || month < 1 || month > 12 || day < 1 || when.Day() != day ||
		hour > 23 || minute > 59 || second > 59
	into.Seconds, into.Nanos = when.Unix(), int32(nanos) //nolint:gosec // nine digits
}
