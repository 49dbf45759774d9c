package oracle_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// small are rules with every number scaled down, so that few signals reach
// every edge. No two windows of one rule are equal.
var small = policy.Rules{
	Lateness: 2 * minute, Ahead: minute, Gap: minute, Samples: 5,
	Flapping:     policy.Flapping{Raises: 3, Within: 20 * minute, Calm: 5 * minute},
	AuthFailures: policy.AuthFailures{Over: 3, Clear: 2, Window: 10 * minute, PlatformPercent: 50, PlatformClearPercent: 40},
	Probes:       smallVerdict,
	SSO: policy.SSO{
		DownFor: 3 * minute, Verdict: smallVerdict,
		Attempts: 4, People: 2, Window: 5 * minute, Sparse: 10 * minute, Expire: 10 * minute,
	},
	Reports: policy.Deliveries{
		Daily: policy.Failing{Runs: 3, Window: 6 * minute}, Sparse: policy.Failing{Runs: 2, Window: 12 * minute},
		Overdue: 6 * minute, Expire: 12 * minute,
	},
	Uploads: policy.Deliveries{
		Daily: policy.Failing{Runs: 3, Window: 6 * minute}, Sparse: policy.Failing{Runs: 2, Window: 12 * minute},
		Expire: 12 * minute,
	},
	FTP: policy.FTP{
		Sessions: 3, Window: 4 * minute, NightlySessions: 2, NightlyWindow: 12 * minute, NightlyApart: 5 * minute, Expire: 12 * minute,
	},
	Components: policy.Components{
		Down: map[string]policy.Down{
			"site":     {Reason: policy.SiteOutage, For: 2 * minute},
			"pathways": {Reason: policy.LXPFeaturesUnavailable, For: 3 * minute},
			"feeds":    {Reason: policy.LXPFeaturesUnavailable, For: 3 * minute},
		},
		Core: policy.Core{
			Listed: []string{"pathways"}, Others: true, For: 4 * minute,
			DegradedFor: 3 * minute, Latency: 3 * time.Second, Times: 3, Median: 12 * minute,
		},
		Expire: 10 * minute,
	},
	Providers: policy.Providers{Apart: 3 * minute, Expire: 14 * minute},
	Profiles:  policy.Profiles{Users: 3, Expire: 14 * minute},
	Findings:  policy.Findings{Suspected: policy.SeverityHigh, Confirmed: policy.SeverityMedium},
	Launches: policy.Launches{Before: 8 * minute, After: 6 * minute, BlockedBy: []policy.ReasonID{
		policy.AuthFailuresOver100, policy.SSOUnavailable, policy.SiteOutage, policy.CoreFunctionDown, policy.LXPFeaturesUnavailable,
		policy.CareerMobilityUnavailable, policy.UploadsFailing24h, policy.ProviderContentMissing, policy.ProfileDiscrepancy100,
	}},
	Stale: policy.Stale{After: 9 * minute, Large: 100},
}

var smallVerdict = policy.Verdict{Seen: 7 * minute, Results: 2, EndsAfter: minute, ClearAfter: 2 * minute}

// rules draws small numbers whose order is that of the defaults.
func rules(t *rapid.T) policy.Rules {
	if rapid.Bool().Draw(t, "fixed rules") {
		return small
	}
	mins := func(name string, low, high int) time.Duration {
		return time.Duration(rapid.IntRange(low, high).Draw(t, name)) * minute
	}
	r := small
	r.Samples = rapid.IntRange(1, 8).Draw(t, "samples")
	r.Flapping = policy.Flapping{Raises: rapid.IntRange(2, 4).Draw(t, "raises"), Within: mins("within", 3, 40), Calm: mins("calm", 1, 10)}
	r.AuthFailures.Over = rapid.IntRange(1, 4).Draw(t, "over")
	r.AuthFailures.Clear = rapid.IntRange(0, r.AuthFailures.Over).Draw(t, "clear")
	r.AuthFailures.Window = mins("auth window", 1, 12)
	r.AuthFailures.PlatformPercent = rapid.IntRange(30, 70).Draw(t, "percent")
	r.AuthFailures.PlatformClearPercent = rapid.IntRange(20, r.AuthFailures.PlatformPercent).Draw(t, "clear percent")
	r.Probes = policy.Verdict{
		Seen: mins("seen", 2, 8), Results: rapid.IntRange(1, 3).Draw(t, "results"),
		EndsAfter: mins("ends after", 1, 2), ClearAfter: mins("clear after", 1, 4),
	}
	r.SSO = policy.SSO{
		Verdict: r.Probes, DownFor: mins("down for", 1, 4), Window: mins("window", 1, 4), Sparse: mins("sparse", 2, 10),
		Attempts: rapid.IntRange(2, 6).Draw(t, "attempts"), People: rapid.IntRange(2, 3).Draw(t, "people"),
	}
	r.SSO.Sparse = max(r.SSO.Sparse, r.SSO.Window)
	r.SSO.Expire = max(r.SSO.Sparse, r.Probes.Seen+r.Probes.EndsAfter) + mins("expire", 0, 2)
	r.Reports = aDeliveries(t, mins)
	r.Uploads = aDeliveries(t, mins)
	r.FTP = policy.FTP{
		Sessions: rapid.IntRange(2, 4).Draw(t, "sessions"), Window: mins("ftp window", 1, 6),
		NightlySessions: 2, NightlyApart: mins("apart", 1, 8),
	}
	r.FTP.NightlyWindow = max(r.FTP.Window, r.FTP.NightlyApart) + mins("nightly", 1, 6)
	r.FTP.Expire = r.FTP.NightlyWindow + mins("expire", 0, 2)
	r.Components = components(t, mins, r.Probes)
	r.Providers = policy.Providers{Apart: mins("sync apart", 0, 5), Expire: mins("expire", 6, 15)}
	r.Profiles = policy.Profiles{Users: rapid.IntRange(2, 4).Draw(t, "users"), Expire: mins("expire", 1, 15)}
	r.Launches.Before, r.Launches.After = mins("before", 1, 9), mins("after", 1, 9)
	r.Stale.After = mins("stale", 1, 12)
	reasons(t, &r)
	return r
}

// reasons draws which reasons block a launch, how grave a finding must be, and
// sometimes a reason that is off.
func reasons(t *rapid.T, r *policy.Rules) {
	others := slices.DeleteFunc(policy.ReasonIDs(), func(id policy.ReasonID) bool { return id == policy.ProgramLaunchBlocked })
	if rapid.Bool().Draw(t, "blocked by others") {
		r.Launches.BlockedBy = rapid.SliceOfNDistinct(rapid.SampledFrom(others), 1, len(others), rapid.ID).Draw(t, "blocked by")
	}
	grave := rapid.SampledFrom([]policy.Severity{policy.SeverityLow, policy.SeverityMedium, policy.SeverityHigh, policy.SeverityCritical})
	r.Findings = policy.Findings{Suspected: grave.Draw(t, "suspected"), Confirmed: grave.Draw(t, "confirmed")}
	if rapid.IntRange(0, 9).Draw(t, "off") == 9 {
		r.Off = map[policy.ReasonID]bool{rapid.SampledFrom(policy.ReasonIDs()).Draw(t, "off reason"): true}
	}
}

func components(t *rapid.T, mins func(string, int, int) time.Duration, v policy.Verdict) policy.Components {
	c := small.Components
	c.Down = map[string]policy.Down{}
	for name, down := range small.Components.Down {
		c.Down[name] = down
	}
	c.Down["pathways"] = policy.Down{Reason: policy.LXPFeaturesUnavailable, For: mins("pathways for", 1, 4)}
	c.Down["site"] = policy.Down{Reason: policy.SiteOutage, For: mins("site for", 1, 4)}
	c.Core.For, c.Core.DegradedFor, c.Core.Median = mins("core for", 1, 4), mins("degraded for", 1, 4), mins("median", 2, 15)
	c.Core.Listed = rapid.SampledFrom([][]string{{"pathways"}, {"site"}, {"sso", "feeds"}, nil}).Draw(t, "core")
	c.Core.Others = rapid.IntRange(0, 3).Draw(t, "others") < 3
	c.Core.Times = rapid.IntRange(2, 4).Draw(t, "times")
	c.Expire = v.Seen + v.EndsAfter + mins("expire", 0, 3)
	return c
}

func aDeliveries(t *rapid.T, mins func(string, int, int) time.Duration) policy.Deliveries {
	d := policy.Deliveries{Overdue: mins("overdue", 1, 8)}
	d.Daily = policy.Failing{Runs: rapid.IntRange(2, 4).Draw(t, "runs"), Window: mins("daily", 1, 6)}
	d.Sparse = policy.Failing{Runs: rapid.IntRange(1, d.Daily.Runs).Draw(t, "sparse runs"), Window: d.Daily.Window + mins("sparse", 1, 6)}
	d.Expire = d.Sparse.Window + mins("expire", 0, 2)
	return d
}
