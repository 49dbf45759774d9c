package datadog

import "testing"

func TestATitleIsTakenApart(t *testing.T) {
	for said, want := range map[string]title{
		"Login fails":             {name: "Login fails"},
		"[Triggered] Login fails": {name: "Login fails", transition: "Triggered"},
		"[P2] [Warn on {host:a,env:prod}] [EU] Login fails":    {name: "[EU] Login fails", transition: "Warn", scope: "host:a,env:prod", priority: "P2"},
		"[Re-Triggered on *] Login fails":                      {name: "Login fails", transition: "Re-Triggered"},
		"[Recovered on {service:id}] Login":                    {name: "Login", transition: "Recovered", scope: "service:id"},
		"[Re-No data on {host:a}] Login":                       {name: "Login", transition: "Re-No data", scope: "host:a"},
		"[Triggered] [TEST] Login":                             {name: "Login", transition: "Triggered", test: true},
		"[TEST] [P1] [Triggered on {host:a}] Login [sehr] oft": {name: "Login [sehr] oft", transition: "Triggered", scope: "host:a", priority: "P1", test: true},
		"[Triggered] [Recovered] Login":                        {name: "[Recovered] Login", transition: "Triggered"},
		"[":                                                    {name: "["},
		"":                                                     {},
	} {
		if got := titled(said); got != want {
			t.Errorf("%q: %+v; want %+v", said, got, want)
		}
	}
}

func TestATransitionIsWhatItsWordsSay(t *testing.T) {
	for _, tt := range []struct {
		said, kind string
		want       transition
	}{
		{"Triggered", "", triggered},
		{"Re-Triggered", "warning", triggered},
		{"Warn", "", warned},
		{"Re-Warn", "error", warned},
		{"Recovered", "", recovered},
		{"No Data Recovered", "", recovered},
		{"Warn Recovered", "", recovered},
		{"No Data", "error", silent},
		{"Re-No Data", "", silent},
		{"Renotify", "warning", warned},
		{"Renotify", "error", triggered},
		{"Renotify", "", triggered},
		{"", "success", recovered},
		{"", "info", unknown},
		{"Deployed", "", unknown},
		{"", "", unknown},
	} {
		if got := transitionNamed(tt.said, tt.kind); got != tt.want {
			t.Errorf("%q, %q: %v; want %v", tt.said, tt.kind, got, tt.want)
		}
	}
}
