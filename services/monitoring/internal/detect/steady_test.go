package detect

import (
	"fmt"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// TestSteadyTrafficAllocatesNothing reads hours of log-ins, of which one in
// twenty fails for the person's own reason and one in fifty for the service's.
// (Tables that hold what fails are made anew now and then.)
func TestSteadyTrafficAllocatesNothing(t *testing.T) {
	for _, scopes := range []Scopes{Tenants, Platform} {
		e := New(policy.Default().Rules, Options{Scopes: scopes})
		var users, tenants [997]string
		for i := range users {
			users[i], tenants[i] = fmt.Sprintf("%032x", i), fmt.Sprint("t", i%40)
		}
		ids := make([]string, 200_000)
		for i := range ids {
			ids[i] = fmt.Sprintf("01J%023X", i)
		}
		n := 0
		var s Signal
		hour := func() {
			for range 20_000 {
				s = Signal{Kind: KindAuthAttempt, Auth: AuthAttempt{User: users[n*31%997], Method: MethodSSO, OK: true}}
				if n%20 == 0 {
					s.Auth.OK, s.Auth.Failure = false, FailureBadCredentials
				} else if n%50 == 1 {
					s.Auth.OK, s.Auth.Failure = false, FailureTimeout
				}
				s.Source, s.ID, s.Tenant = "gateway", ids[n], tenants[n*31%997]
				s.At = nine.Add(time.Duration(n) * 180 * time.Millisecond)
				e.Read(&s, s.At)
				n++
			}
		}
		for range 4 {
			hour()
		}
		if got := testing.AllocsPerRun(3, hour); got > 100 {
			t.Errorf("scopes %d: %.0f allocations in 20,000 signals", scopes, got)
		}
		if sum := e.Summary(); sum.Counted == 0 || sum.Late+sum.Invalid+sum.Ignored > 0 {
			t.Errorf("%+v", sum)
		}
	}
}
