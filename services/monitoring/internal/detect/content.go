package detect

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"time"
)

// Success reports whether the signal speaks for recovery.
func (s *Signal) Success() bool {
	switch s.Kind {
	case KindAuthAttempt:
		return s.Auth.OK
	case KindReportRun:
		return s.Report.State == RunDelivered
	case KindFileUpload:
		return s.Upload.Accepted
	case KindFTPSession:
		return s.FTP.Allowed
	case KindProbe:
		return s.Probe.Status == StatusUp
	case KindIntegrationSync:
		return s.Sync.Present > 0
	case KindSecurityFinding:
		return s.Find.Status == FindingResolved
	}
	return false
}

// Compare orders signals as a replay reads them: by event time, successes
// first, then by source and id, then by content. Whether an audit is a success
// is a matter of the policy's line, which it does not know: a Replayer, which
// does, reads those that are before those that are not.
func Compare(a, b *Signal) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return inTurn(a, b, a.Success(), b.Success())
}

// compare is Compare with the policy's line: a sound audit is a success.
func (h house) compare(a, b *Signal) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return inTurn(a, b, a.Success() || h.sound(a), b.Success() || h.sound(b))
}

// sound reports whether the signal is an audit below the policy's line.
func (h house) sound(s *Signal) bool {
	return s.Kind == KindProfileAudit && int(s.Audit.Discrepant) < h.rules.Profiles.Users
}

// inTurn orders two signals of one instant, of which either may be a success.
func inTurn(a, b *Signal, good, well bool) int {
	if good != well {
		if good {
			return -1
		}
		return 1
	}
	if c := cmp.Compare(a.Source, b.Source); c != 0 {
		return c
	}
	if c := cmp.Compare(a.ID, b.ID); c != 0 {
		return c
	}
	return bytes.Compare(a.AppendContent(nil), b.AppendContent(nil))
}

// AppendContent appends what the signal states, its identity included, in one
// fixed form: equal bytes, equal signals. Of two signals with the same source,
// id and event time a replay keeps the one whose content is smaller.
func (s *Signal) AppendContent(b []byte) []byte {
	b = appendText(b, s.Source)
	b = appendText(b, s.ID)
	b = appendText(b, s.Tenant)
	b = appendTime(b, s.At)
	b = append(b, byte(s.Kind))
	switch s.Kind {
	case KindAuthAttempt:
		b = appendText(b, s.Auth.User)
		b = append(b, byte(s.Auth.Method), flag(s.Auth.OK), byte(s.Auth.Failure))
	case KindReportRun:
		b = appendText(b, s.Report.Run)
		b = appendText(b, s.Report.Report)
		b = append(b, byte(s.Report.State))
		b = appendTime(b, s.Report.DueAt)
	case KindFileUpload:
		b = appendText(b, s.Upload.Upload)
		b = append(b, flag(s.Upload.Accepted), flag(s.Upload.Invalid))
	case KindProbe:
		b = appendText(b, s.Probe.Component)
		b = appendText(b, s.Probe.Prober)
		b = appendText(b, s.Probe.Region)
		b = append(b, byte(s.Probe.Status))
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(s.Probe.LatencyMS))
	default:
		b = s.appendRare(b)
	}
	return b
}

// appendRare is AppendContent for the kinds of which few come.
func (s *Signal) appendRare(b []byte) []byte {
	switch s.Kind {
	case KindFTPSession:
		b = appendText(b, s.FTP.Session)
		b = append(b, flag(s.FTP.Allowed), flag(s.FTP.BadCredentials))
	case KindIntegrationSync:
		b = appendText(b, s.Sync.Provider)
		b = append(b, byte(s.Sync.Kind))
		b = binary.BigEndian.AppendUint32(b, s.Sync.Expected)
		b = binary.BigEndian.AppendUint32(b, s.Sync.Present)
	case KindProfileAudit:
		b = appendText(b, s.Audit.Audit)
		b = binary.BigEndian.AppendUint32(b, s.Audit.Discrepant)
	case KindSecurityFinding:
		b = appendText(b, s.Find.Finding)
		b = appendText(b, string(s.Find.Severity))
		b = append(b, byte(s.Find.Status))
	case KindLaunch:
		b = appendText(b, s.Launch.Program)
		b = appendTime(b, s.Launch.StartsAt)
	case KindTicket:
		b = appendText(b, s.Ticket.Ticket)
		b = binary.BigEndian.AppendUint64(b, s.Ticket.Revision)
		b = append(b, flag(s.Ticket.Open), flag(s.Ticket.Waiting), flag(s.Ticket.Large))
		b = appendTime(b, s.Ticket.MovedAt)
	case KindCondition:
		b = appendText(b, s.News.Reason)
		b = appendText(b, s.News.Subject)
		b = append(b, byte(s.News.Change))
		b = appendText(b, s.News.Episode)
		b = binary.BigEndian.AppendUint64(b, s.News.Position)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

func appendTime(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix()))
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}
