package detect

import "tocsin/pkg/policy"

// profileDiscrepancy is policy 3.7, profile_discrepancy_100: the latest audit
// found wrong data for so many people or more.
func profileDiscrepancy(r *policy.Rules) rule {
	p := &r.Profiles
	audits := wordRule{
		line:   p.Users,
		people: true,
		hear: func(s *Signal) word {
			users := int(s.Audit.Discrepant)
			return word{value: users, bad: users >= p.Users, good: users < p.Users}
		},
		stands: func(at int64) int64 { return after(at, p.Expire) },
	}
	return rule{
		reason: "profile_discrepancy_100",
		kinds:  []Kind{KindProfileAudit},
		reads: func(s *Signal, platform bool) bool {
			return s.Kind == KindProfileAudit && (!platform || s.Tenant == "")
		},
		expire:  p.Expire,
		figures: []figure{{of: "users"}},
		open:    audits.windowOf,
	}
}
