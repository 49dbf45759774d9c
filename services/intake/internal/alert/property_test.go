package alert

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/services/intake/internal/receive"
)

// drawn is any alert that a vendor might tell of.
func drawn(t *rapid.T) Alert {
	words := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "sso", "Content Cards", "critical", "P5", "warning", "down", "security_finding", "1250.5", "-1", "NaN"}))
	names := rapid.OneOf(rapid.String(), rapid.SampledFrom(read), rapid.Map(rapid.SampledFrom(read), func(s string) string { return "tocsin_" + s }))
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "none") {
			return time.Time{}
		}
		return nine.Add(time.Duration(rapid.Int64Range(-1e13, 1e13).Draw(t, "off")))
	})
	return Alert{
		ID: words.Draw(t, "id"), Name: words.Draw(t, "name"), Prober: words.Draw(t, "prober"),
		Labels:  rapid.MapOf(names, words).Draw(t, "labels"),
		Status:  rapid.SampledFrom([]receive.ProbeStatus{"", receive.Down, receive.Degraded}).Draw(t, "status"),
		Changes: rapid.Bool().Draw(t, "changes"), Ended: rapid.Bool().Draw(t, "ended"),
		StartedAt: moment.Draw(t, "started"), EndedAt: moment.Draw(t, "ended at"),
	}
}

func TestAnyAlertIsSoundSignalsOrAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		al := drawn(t)
		before := maps.Clone(al.Labels)
		received := nine.Add(time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "received")))
		signals, err := Account{}.Signals("m", al, received)
		if (len(signals) == 0) == (err == nil) {
			t.Fatalf("%+v and %v", signals, err)
		}
		seen := map[string]bool{}
		for _, s := range signals {
			if problems := receive.CheckSignal(s, s.OccurredAt); len(problems) > 0 || seen[s.ID] {
				t.Fatalf("%+v: %v", s, problems)
			}
			seen[s.ID] = true
			switch k := s.Kind.(type) {
			case receive.Probe:
				if al.Ended != (k.Status == receive.Up) && al.own("status") == "" {
					t.Fatalf("ended is %v: %+v", al.Ended, k)
				}
			case receive.SecurityFinding:
				if al.Ended != (k.Status == "RESOLVED") && al.own("status") == "" {
					t.Fatalf("ended is %v: %+v", al.Ended, k)
				}
			}
		}
		again, err2 := Account{}.Signals("m", al, received.Truncate(time.Minute).Add(time.Minute-1))
		if al.Ended && al.EndedAt.IsZero() {
			return // it ended when we heard of it
		}
		if !reflect.DeepEqual(signals, again) || (err == nil) != (err2 == nil) || !maps.Equal(before, al.Labels) {
			t.Fatalf("in the same minute %+v, then %+v", signals, again)
		}
	})
}

func TestWhatTellsChangesIsTheSameWheneverItComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		al := drawn(t)
		al.Changes = true
		if al.EndedAt.IsZero() {
			al.EndedAt = nine
		}
		late := time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "late"))
		at, _ := Account{}.Signals("m", al, nine)
		later, _ := Account{}.Signals("m", al, nine.Add(late))
		if !reflect.DeepEqual(at, later) {
			t.Fatalf("at once %+v, %v later %+v", at, late, later)
		}
	})
}
