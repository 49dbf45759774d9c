package oracle_test

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

func probeEdges() []edge {
	const site, core = policy.SiteOutage, policy.CoreFunctionDown
	seen := func(d time.Duration, component, by, region string, is detect.Status) detect.Signal {
		return in(d, result(component, by, region, is, 0))
	}
	down, up := detect.StatusDown, detect.StatusUp
	return []edge{
		{
			"a site that is down for 5 min minus 1 ns is not out", site,
			numbered(seen(0, "site", "p", "eu", down), seen(minute, "site", "p", "eu", down), seen(5*minute-1, "site", "p", "eu", up)), hour, "",
		},
		{
			"after 5 min it is; after 5 min up it is not", site,
			numbered(seen(0, "site", "p", "eu", down), seen(minute, "site", "p", "eu", down), seen(5*minute+1, "site", "p", "eu", up)), hour,
			"acme 5m0s raised, acme 10m0.000000001s cleared",
		},
		{
			"one region of two is a tie", site,
			numbered(seen(0, "site", "p", "eu", down), seen(0, "site", "q", "eu", down), seen(0, "site", "r", "us", up)), 14 * minute, "",
		},
		{
			"two regions of three are enough, however many probers the third has", site,
			numbered(seen(0, "site", "p", "eu", down), seen(0, "site", "q", "us", down), seen(0, "site", "r", "ap", up), seen(0, "site", "s", "ap", up),
				seen(0, "site", "t", "ap", up)), 14 * minute, "acme 5m0s raised",
		},
		{
			"a core part is down after 10 min; silence ends it an hour after it was last seen", core,
			numbered(seen(0, "search", "p", "", down), seen(9*minute, "search", "p", "", down)), 3 * hour,
			"acme 10m0s raised, acme 1h9m0s expired",
		},
		{"one DOWN result is no spell", core, numbered(seen(0, "search", "p", "", down)), hour, ""},
		{
			"a slow core part of 3 s and five times its median", core, numbered(slow(3000)...), 2*hour + 16*minute,
			"acme 2h15m0s raised",
		},
		{"one of a millisecond less", core, numbered(slow(2999)...), 2*hour + 16*minute, ""},
	}
}

// slow is a core part that answers in 600 ms for two hours and then is
// degraded and takes so many.
func slow(ms float64) []detect.Signal {
	var all []detect.Signal
	for m := time.Duration(0); m < 120; m += 10 {
		all = append(all, in(m*minute, result("search", "p", "", detect.StatusUp, 600)))
	}
	for m := time.Duration(120); m <= 140; m += 5 {
		all = append(all, in(m*minute, result("search", "p", "", detect.StatusDegraded, ms)))
	}
	return all
}

func rareEdges() []edge {
	audited := func(d time.Duration, wrong uint32) detect.Signal {
		return in(d, func(s *detect.Signal) {
			s.Kind, s.Audit = detect.KindProfileAudit, detect.ProfileAudit{Audit: "a", Discrepant: wrong}
		})
	}
	content, profiles, breach, launch := policy.ProviderContentMissing, policy.ProfileDiscrepancy100, policy.SecurityBreach, policy.ProgramLaunchBlocked
	week := 7 * 24 * hour
	return []edge{
		{"99 wrong profiles are not enough", profiles, numbered(audited(0, 99)), week, ""},
		{"100 are; an audit of 99 clears them", profiles, numbered(audited(0, 100), audited(hour, 99)), week, "acme 0s raised, acme 1h0m0s cleared"},
		{"without another audit they expire", profiles, numbered(audited(0, 100)), 2 * week, "acme 0s raised, acme 168h0m0s expired"},
		{"an empty sync 1 h minus 1 ns after the first is too soon", content, numbered(in(0, synced(9, 0)), in(hour-1, synced(9, 0))), week - 1, ""},
		{
			"one 1 h after is not; a sync with items clears it", content, numbered(in(0, synced(9, 0)), in(hour, synced(9, 0)), in(2*hour, synced(9, 1))), week,
			"acme 1h0m0s raised, acme 2h0m0s cleared",
		},
		{"an empty sync where nothing is expected is ignored", content, numbered(in(0, synced(0, 0)), in(hour, synced(0, 0))), week, ""},
		{
			"unless there were items before", content, numbered(in(0, synced(0, 5)), in(hour, synced(0, 0)), in(2*hour, synced(0, 0))), 3 * hour,
			"acme 2h0m0s raised",
		},
		{
			"a medium finding counts once it is confirmed, until it is resolved, however long that takes", breach,
			numbered(in(0, found(policy.SeverityMedium, detect.FindingSuspected)), in(hour, found(policy.SeverityMedium, detect.FindingConfirmed)),
				in(9*week, found(policy.SeverityMedium, detect.FindingResolved))), 10 * week,
			"acme 1h0m0s raised, acme 1512h0m0s cleared",
		},
		{
			"a launch is near exactly 7 days before its start", launch,
			numbered(in(0, found(policy.SeverityHigh, detect.FindingSuspected)), audited(0, 100), in(1, starts(week+hour)), audited(3*hour, 1)), week,
			"acme 1h0m0s raised, acme 3h0m0s cleared",
		},
		{
			"exactly 7 days after it, it is not", launch,
			numbered(audited(0, 100), in(1, starts(0)), audited(week-1, 100)), week + hour,
			"acme 1ns raised, acme 168h0m0s expired",
		},
		{
			"a ticket is silent exactly 168 h after support moved it", policy.StaleTicket1w,
			numbered(in(hour, stands(0, true, false)), in(week+hour, stands(week+hour, true, false))), 2 * week, "acme 168h0m0s raised, acme 169h0m0s cleared",
		},
		{"support moved it a nanosecond before", policy.StaleTicket1w, numbered(in(hour, stands(0, true, false)), in(week-1, stands(week-1, true, false))), week + hour, ""},
		{"it waits for the customer", policy.StaleTicket1w, numbered(in(hour, stands(0, true, true))), 2 * week, ""},
	}
}

// silenceEdges are scopes of which nothing is heard for a day or longer.
func silenceEdges() []edge {
	out := in(0, result("search", "p", "", detect.StatusDown, 0))
	again := in(minute, result("search", "p", "", detect.StatusDown, 0))
	return []edge{
		{
			"silence is not recovery: log-ins expire, a day later people get in and nothing is said", policy.SSOUnavailable,
			numbered(in(0, fails("a")), in(1, fails("b")), in(2, fails("c")), in(3, fails("d")), in(4, fails("e")), in(25*hour, logsIn("a"))), 26 * hour,
			"acme 4ns raised, platform 4ns raised, acme 1h0m0.000000004s expired, platform 1h0m0.000000004s expired",
		},
		{
			"silence of a component expires; a day later it is up and nothing is said", policy.CoreFunctionDown,
			numbered(out, again, in(25*hour, result("search", "p", "", detect.StatusUp, 0))), 26 * hour,
			"acme 10m0s raised, acme 1h1m0s expired",
		},
		{
			"a day of silence of FTP changes nothing, the third ends it", policy.FTPDenied,
			numbered(in(0, denied("a")), in(1, denied("b")), in(2, denied("c"))), 72 * hour,
			"acme 2ns raised, platform 2ns raised, acme 50h0m0.000000002s expired, platform 50h0m0.000000002s expired",
		},
		{
			"platform and other tenants live on while one is silent", policy.AuthFailuresOver100,
			numbered(append(crowd(0, 101, 0), of("globex", in(30*minute, logsIn("x"))), of("globex", in(25*hour, logsIn("x"))))...), 26 * hour,
			"acme 0s raised, platform 0s raised, acme 1h0m0s expired, platform 1h0m0s cleared",
		},
	}
}
