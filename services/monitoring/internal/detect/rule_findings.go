package detect

import "tocsin/pkg/policy"

// securityBreach is policy 3.8, security_breach: by its latest statement, a
// finding is suspected or confirmed, and severe enough for that. Each finding is
// a condition of its own. What is remembered is one statement a finding, for as
// long as there are findings: one that was resolved long ago is still resolved
// when an older statement of it comes.
func securityBreach(r *policy.Rules) rule {
	f := &r.Findings
	statements := wordRule{
		line: 1,
		hear: func(s *Signal) word {
			if severe(&s.Find, f) {
				return word{value: 1, bad: true}
			}
			return word{good: s.Find.Status == FindingResolved}
		},
		stands: func(int64) int64 { return never },
	}
	return rule{
		reason: "security_breach",
		kinds:  []Kind{KindSecurityFinding},
		reads: func(s *Signal, platform bool) bool {
			return s.Kind == KindSecurityFinding && s.Find.Status != FindingUnknown && (!platform || s.Tenant == "")
		},
		subject: func(s *Signal) string { return s.Find.Finding },
		figures: []figure{{of: "findings"}},
		open:    statements.windowOf,
	}
}

// severe reports whether a finding of its status raises.
func severe(s *SecurityFinding, f *policy.Findings) bool {
	switch s.Status {
	case FindingSuspected:
		return s.Severity.AtLeast(f.Suspected)
	case FindingConfirmed:
		return s.Severity.AtLeast(f.Confirmed)
	}
	return false
}
