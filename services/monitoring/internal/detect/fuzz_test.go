package detect

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// signalsFrom makes four bytes a signal: who, what, and when on a coarse grid.
func signalsFrom(data []byte) []Signal {
	var list []Signal
	for i := 0; i+4 <= len(data); i += 4 {
		a, b, c, d := data[i], data[i+1], data[i+2], data[i+3]
		s := Signal{
			Source: string('a' + rune(a&1)),
			ID:     fmt.Sprint(i % 40),
			Tenant: []string{"", "acme", "beta", "platform"}[a>>1&3],
			At:     nine.Add(time.Duration(d)*30*time.Second + time.Duration(int8(c)>>6)),
			Kind:   Kind(a >> 3 % 12),
		}
		thing := fmt.Sprint(b & 7)
		s.Auth = AuthAttempt{User: thing, Method: Method(b >> 3 & 3), OK: b>>5 == 0, Failure: Failure(b >> 5 % 7)}
		s.Report = ReportRun{Run: thing, State: RunState(b >> 3 & 3), DueAt: nine.Add(time.Duration(c) * time.Minute)}
		s.Upload = FileUpload{Upload: thing, Accepted: b>>4 == 0, Invalid: b>>4 == 1}
		s.Probe = Probe{
			Component: []string{"sso", "site", "search"}[b>>5%3], Prober: thing, Region: string('a' + rune(c&1)),
			Status: Status(b >> 3 & 3), LatencyMS: float64(c>>1&7) * 1000,
		}
		s.FTP = FTPSession{Session: thing, Allowed: b>>4 == 0, BadCredentials: b>>4 == 1}
		s.Sync = IntegrationSync{Provider: "p", Kind: SyncKind(b & 3), Expected: uint32(b >> 2 & 3), Present: uint32(b >> 4 & b >> 6)}
		s.Audit = ProfileAudit{Discrepant: uint32(b & 7)}
		s.Find = SecurityFinding{
			Finding: thing, Status: FindingStatus(b >> 3 & 3),
			Severity: []policy.Severity{policy.SeverityLow, policy.SeverityMedium, policy.SeverityHigh}[b>>5%3],
		}
		s.Launch = Launch{Program: thing, StartsAt: nine.Add(time.Duration(c) * time.Minute)}
		s.Ticket = Ticket{Ticket: thing, Revision: uint64(c), Open: b&8 == 0, Waiting: b&16 != 0, Large: b&32 == 0, MovedAt: nine.Add(time.Duration(c) * time.Minute)}
		s.News = ConditionNews{Reason: []string{sso, "site_outage"}[b>>3&1], Change: ChangeKind(b >> 4 % 6), Position: uint64(c)}
		list = append(list, s)
	}
	return list
}

// FuzzEngine reads any signals in any order: nothing panics, restarts leave no
// trace, and a replay depends on the set alone.
func FuzzEngine(f *testing.F) {
	f.Add([]byte("any signals at all, four bytes each, will do here"))
	f.Add(bytes.Repeat([]byte{0x0a, 0x21, 0x00, 0x05, 0x0a, 0x42, 0x00, 0x06}, 20))
	f.Fuzz(func(t *testing.T, data []byte) {
		signals := signalsFrom(data)
		want := fmt.Sprint(replayed(signals, ReplayOptions{Until: nine.Add(9 * time.Hour)}))
		slices.Reverse(signals)
		if got := fmt.Sprint(replayed(signals, ReplayOptions{Until: nine.Add(9 * time.Hour)})); got != want {
			t.Errorf("reversed:\n%s\nwant:\n%s", got, want)
		}
		opts := Options{Scopes: Scopes(len(data) % 3)}
		a, b := New(smallRules(), opts), New(smallRules(), opts)
		stamp := nine
		for i := range signals {
			stamp = stamp.Add(time.Duration(data[4*i]) * time.Second)
			x, _ := a.Apply(signals[i], stamp)
			y, _ := b.Apply(signals[i], stamp)
			if fmt.Sprint(x) != fmt.Sprint(y) {
				t.Fatalf("restarted: %v, want %v", y, x)
			}
			var saved bytes.Buffer
			if err := b.Snapshot(&saved); err != nil {
				t.Fatal(err)
			}
			restored, err := Restore(&saved, smallRules(), opts)
			if err != nil {
				t.Fatal(err)
			}
			b = restored
		}
	})
}

// FuzzRestore reads any bytes: it refuses them or it does not, and never panics.
func FuzzRestore(f *testing.F) {
	f.Add([]byte("tocsin detect snapshot"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := New(smallRules(), Options{})
		c := &coder{reading: true, b: data, names: e.names}
		e.code(c)
	})
}
