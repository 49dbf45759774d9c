package detect

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"tocsin/pkg/policy"
)

// ErrContent says that bytes are not what AppendContent wrote.
var ErrContent = errors.New("no signal as it was written: cut short, or of another version")

// ParseContent reads the signal that AppendContent wrote at the beginning of b,
// and gives what comes after it. It copies what it keeps of b.
func ParseContent(b []byte) (Signal, []byte, error) {
	r := reader{b: b, text: string(b)}
	s := Signal{Source: r.string(), ID: r.string(), Tenant: r.string(), At: r.time(), Kind: Kind(r.byte())}
	switch s.Kind {
	case KindAuthAttempt:
		s.Auth = AuthAttempt{User: r.string(), Method: Method(r.byte()), OK: r.flag(), Failure: Failure(r.byte())}
	case KindReportRun:
		s.Report = ReportRun{Run: r.string(), Report: r.string(), State: RunState(r.byte()), DueAt: r.time()}
	case KindFileUpload:
		s.Upload = FileUpload{Upload: r.string(), Accepted: r.flag(), Invalid: r.flag()}
	case KindProbe:
		s.Probe = Probe{
			Component: r.string(), Prober: r.string(), Region: r.string(), Status: Status(r.byte()),
			LatencyMS: math.Float64frombits(r.number64()),
		}
	default:
		r.rare(&s)
	}
	if r.cut {
		return Signal{}, nil, ErrContent
	}
	return s, r.b, nil
}

// A Head is what a written signal begins with. Its bytes are those it was read from.
type Head struct {
	Source, ID []byte
	At         time.Time
	Named      int // so many bytes name source and id: the same ones, the same signal
}

// HeadOf reads the head of a signal that AppendContent wrote.
func HeadOf(b []byte) (Head, error) {
	r := reader{b: b}
	h := Head{Source: r.bytes(), ID: r.bytes()}
	h.Named = len(b) - len(r.b)
	r.bytes()
	if h.At = r.time(); r.cut {
		return Head{}, ErrContent
	}
	return h, nil
}

// A reader takes apart what AppendContent wrote. Text is the same as b was at
// first, so that all strings of a signal share one copy of it.
type reader struct {
	b    []byte
	text string
	cut  bool
}

// rare reads the kinds of which few come, as appendRare writes them.
func (r *reader) rare(s *Signal) {
	switch s.Kind {
	case KindFTPSession:
		s.FTP = FTPSession{Session: r.string(), Allowed: r.flag(), BadCredentials: r.flag()}
	case KindIntegrationSync:
		s.Sync = IntegrationSync{Provider: r.string(), Kind: SyncKind(r.byte()), Expected: r.number(), Present: r.number()}
	case KindProfileAudit:
		s.Audit = ProfileAudit{Audit: r.string(), Discrepant: r.number()}
	case KindSecurityFinding:
		s.Find = SecurityFinding{Finding: r.string(), Severity: policy.Severity(r.string()), Status: FindingStatus(r.byte())}
	case KindLaunch:
		s.Launch = Launch{Program: r.string(), StartsAt: r.time()}
	case KindTicket:
		s.Ticket = Ticket{
			Ticket: r.string(), Revision: r.number64(), Open: r.flag(), Waiting: r.flag(), Large: r.flag(), MovedAt: r.time(),
		}
	case KindCondition:
		s.News = ConditionNews{Reason: r.string(), Subject: r.string(), Change: ChangeKind(r.byte()), Episode: r.string(), Position: r.number64()}
	}
}

// take gives the next n bytes; zeros if there are no more so many.
func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.cut, r.b = true, nil
		return make([]byte, min(n, 8))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) bytes() []byte { return r.take(int(r.number())) }

func (r *reader) string() string {
	n := int(r.number())
	if n > len(r.b) {
		r.cut, r.b = true, nil
		return ""
	}
	from := len(r.text) - len(r.b)
	r.b = r.b[n:]
	return r.text[from : from+n]
}

func (r *reader) byte() byte       { return r.take(1)[0] }
func (r *reader) flag() bool       { return r.byte() != 0 }
func (r *reader) number() uint32   { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) number64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

func (r *reader) time() time.Time {
	sec := int64(r.number64())
	return time.Unix(sec, int64(r.number())).UTC()
}
