package policy_test

import (
	"testing"
	"time"

	"tocsin/pkg/policy"
)

func TestDefaultHoldsThePolicysNumbers(t *testing.T) {
	p := policy.Default()
	if p.Rules.AuthFailures.Over != 100 || p.Rules.Stale.After != 168*time.Hour {
		t.Fatalf("%+v", p.Rules)
	}
	t.Logf("%+v", p)
}
