package lines

import (
	"strconv"
	"time"

	"tocsin/services/monitoring/internal/detect"
)

// plain reads a signal in plain form: a kind that comes in masses, the names of
// the contract, strings of printable ASCII without escapes, times in UTC. It
// leaves every other line to forms, which finds what is wrong with it, if anything.
// The signal shares the line's memory.
func plain(line string) (detect.Signal, bool) {
	p := parser{s: line, ok: true}
	var s detect.Signal
	p.object(func(name string) {
		switch name {
		case "id":
			s.ID = p.text(1, 512)
		case "source":
			s.Source = p.text(1, 128)
		case "tenant":
			s.Tenant = p.text(0, 128)
			p.ok = p.ok && s.Tenant != "platform" && s.Tenant != "_"
		case "occurred_at":
			s.At = p.time()
		default:
			p.ok = p.ok && s.Kind == detect.KindUnknown
			p.kind(name, &s)
		}
	})
	p.space()
	return s, p.ok && p.i == len(p.s) && s.ID != "" && s.Source != "" && !s.At.IsZero() && s.Kind != detect.KindUnknown
}

// kind reads what is special to one kind.
func (p *parser) kind(name string, s *detect.Signal) {
	switch name {
	case "auth_attempt":
		p.authAttempt(s)
	case "report_run":
		p.reportRun(s)
	case "file_upload":
		p.fileUpload(s)
	case "probe":
		p.probe(s)
	default:
		p.ok = false
	}
}

func (p *parser) authAttempt(s *detect.Signal) {
	a, outcome := &s.Auth, ""
	p.object(func(name string) {
		switch name {
		case "user":
			a.User = p.text(1, 512)
		case "method":
			a.Method = oneOf[detect.Method](p, "", "SSO", "PASSWORD", "API")
		case "outcome":
			outcome = p.text(1, 512)
		case "failure":
			a.Failure = oneOf[detect.Failure](p, "", "SERVICE_UNAVAILABLE", "TIMEOUT", "ERROR", "BAD_CREDENTIALS", "LOCKED", "UNKNOWN_USER")
		default:
			p.ok = false
		}
	})
	s.Kind, a.OK = detect.KindAuthAttempt, outcome == "SUCCESS"
	p.ok = p.ok && a.User != "" && a.Method != 0 && (a.OK || outcome == "FAILURE")
}

func (p *parser) reportRun(s *detect.Signal) {
	r := &s.Report
	p.object(func(name string) {
		switch name {
		case "run":
			r.Run = p.text(1, 512)
		case "report":
			r.Report = p.text(0, 512)
		case "state":
			r.State = oneOf[detect.RunState](p, "", "SCHEDULED", "DELIVERED", "FAILED")
		case "stage":
			oneOf[uint8](p, "", "PROCESS", "DELIVER")
		case "due_at":
			r.DueAt = p.time()
		default:
			p.ok = false
		}
	})
	s.Kind = detect.KindReportRun
	p.ok = p.ok && r.Run != "" && r.State != 0
}

func (p *parser) fileUpload(s *detect.Signal) {
	u, outcome, failure := &s.Upload, uint8(0), uint8(0)
	p.object(func(name string) {
		switch name {
		case "upload":
			u.Upload = p.text(1, 512)
		case "outcome":
			outcome = oneOf[uint8](p, "", "ACCEPTED", "FAILED")
		case "failure":
			failure = oneOf[uint8](p, "", "INVALID_FILE", "PROCESSING", "STORAGE")
		default:
			p.ok = false
		}
	})
	s.Kind, u.Accepted, u.Invalid = detect.KindFileUpload, outcome == 1, failure == 1
	p.ok = p.ok && u.Upload != "" && outcome != 0
}

func (p *parser) probe(s *detect.Signal) {
	r := &s.Probe
	p.object(func(name string) {
		switch name {
		case "component":
			r.Component = p.text(1, 128)
		case "prober":
			r.Prober = p.text(1, 128)
		case "region":
			r.Region = p.text(0, 128)
		case "status":
			r.Status = oneOf[detect.Status](p, "", "UP", "DEGRADED", "DOWN")
		case "latency_ms":
			r.LatencyMS = p.number()
		default:
			p.ok = false
		}
	})
	s.Kind = detect.KindProbe
	p.ok = p.ok && r.Component != "" && r.Prober != "" && r.Status != 0
}

// A parser goes through one line. It is no longer ok where the line is not plain.
type parser struct {
	s  string
	i  int
	ok bool
}

func (p *parser) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\t') {
		p.i++
	}
}

// next takes the next character that is no space.
func (p *parser) next() byte {
	p.space()
	if p.i == len(p.s) {
		p.ok = false
		return 0
	}
	p.i++
	return p.s[p.i-1]
}

// object calls field after each name, which has to read the value. The same
// name twice is not plain.
func (p *parser) object(field func(name string)) {
	var seen [8]string
	p.ok = p.ok && p.next() == '{'
	for n := 0; p.ok; n++ {
		name := p.text(1, 64)
		for _, other := range seen[:min(n, len(seen))] {
			p.ok = p.ok && name != other
		}
		if !p.ok || n == len(seen) || p.next() != ':' {
			p.ok = false
			return
		}
		seen[n] = name
		field(name)
		switch c := p.next(); {
		case !p.ok || c == '}':
			return
		case c != ',':
			p.ok = false
		}
	}
}

// text reads a string of so many bytes.
func (p *parser) text(least, most int) string {
	if p.next() != '"' {
		p.ok = false
		return ""
	}
	from := p.i
	for ; p.i < len(p.s); p.i++ {
		switch c := p.s[p.i]; {
		case c == '"':
			out := p.s[from:p.i]
			p.i++
			p.ok = p.ok && len(out) >= least && len(out) <= most
			return out
		case c < ' ' || c == '\\' || c >= 0x7f:
			p.ok = false
			return ""
		}
	}
	p.ok = false
	return ""
}

// oneOf reads one of the words and gives its place; the first is none.
func oneOf[T ~uint8](p *parser, words ...string) T {
	word := p.text(1, 64)
	for i, w := range words {
		if i > 0 && w == word {
			return T(i)
		}
	}
	p.ok = false
	return 0
}

// number reads a number that is not negative, in digits with or without a fraction.
func (p *parser) number() float64 {
	p.space()
	from := p.i
	p.digits()
	whole := p.i - from
	p.ok = p.ok && whole > 0 && whole < 16 && (whole == 1 || p.s[from] != '0')
	if p.i < len(p.s) && p.s[p.i] == '.' {
		p.i++
		fraction := p.i
		p.digits()
		p.ok = p.ok && p.i > fraction && p.i < fraction+16
	}
	if !p.ok {
		return 0
	}
	f, err := strconv.ParseFloat(p.s[from:p.i], 64)
	p.ok = err == nil
	return f
}

func (p *parser) digits() {
	for p.i < len(p.s) && p.s[p.i]-'0' <= 9 {
		p.i++
	}
}

// time reads an RFC 3339 time that ends in Z.
func (p *parser) time() time.Time {
	s := p.text(len("2006-01-02T15:04:05Z"), len("2006-01-02T15:04:05.000000000Z"))
	if !p.ok || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[len(s)-1] != 'Z' {
		p.ok = false
		return time.Time{}
	}
	nano := 0
	if fraction := s[19 : len(s)-1]; fraction != "" {
		p.ok = fraction[0] == '.' && len(fraction) > 1
		nano = p.count(fraction[1:])
		for range 10 - len(fraction) {
			nano *= 10
		}
	}
	year, month, day := p.count(s[:4]), p.count(s[5:7]), p.count(s[8:10])
	hour, minute, second := p.count(s[11:13]), p.count(s[14:16]), p.count(s[17:19])
	p.ok = p.ok && year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28+days[month] &&
		hour < 24 && minute < 60 && second < 60
	if !p.ok {
		return time.Time{}
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nano, time.UTC)
}

// days are how many days a month has beside 28; the 29th of February is not plain.
var days = [13]int{1: 3, 3: 3, 4: 2, 5: 3, 6: 2, 7: 3, 8: 3, 9: 2, 10: 3, 11: 2, 12: 3}

// count reads digits as a number.
func (p *parser) count(s string) int {
	n := 0
	for i := range len(s) {
		if s[i]-'0' > 9 {
			p.ok = false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}
