package console

import (
	"testing"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

func TestTheAuditSaysWhomOrWhatAChangeConcerns(t *testing.T) {
	c := &Console{Config: Config{Policy: policy.Default()}}
	for _, tt := range []struct {
		of   decide.Event
		want string
	}{
		{decide.Event{Name: decide.WasAssigned, Subject: "tina"}, "tina"},
		{decide.Event{Name: decide.WasSplit, Subject: "c-part"}, "c-part"},
		{decide.Event{Absorbed: []string{"c-other"}, Subject: "c-other"}, "c-other"},
		{decide.Event{Ticket: "T-1", Tenant: "acme"}, "T-1, acme"},
		{decide.Event{Name: decide.WasApproved}, ""},
	} {
		if got := c.entryOf(english, &tt.of, time.Time{}).About; got != tt.want {
			t.Errorf("%s of %q is about %q, want %q", tt.of.Name, tt.of.Subject, got, tt.want)
		}
	}
}
