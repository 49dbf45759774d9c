package classification

import (
	"fmt"
	"os"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/events"
	"tocsin/services/classification/internal/score"

	"tocsin/pkg/policy"
	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// A Model is what was learned from labelled notes.
type Model = score.Model

// ReadModelFile reads a model that tocsin train wrote; the error names the file.
// It refuses one that is not whole, or that another version of the program made.
func ReadModelFile(path string) (*Model, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := score.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// A Method reads tickets by a policy and a model. It never changes.
type Method = classify.Method

// NewMethod is a method of the policy and the model; without a model it takes
// the one that the program carries.
func NewMethod(p *policy.Policy, m *Model) *Method { return classify.New(p, m) }

// Assess assesses a ticket as ev states it, at its last event. It is what Run
// says of the ticket while no condition is known.
func Assess(m *Method, ev *intakev1.TicketChanged) *classificationv1.TicketAssessed {
	at := ev.GetTicket().GetHead().GetLastEventAt().AsTime()
	return events.Assessed(ev, m.Assess(events.Ticket(ev.GetTicket()), nil, at), 0)
}
