package cli

import (
	"tocsin/services/classification"
	"tocsin/services/intake"

	"tocsin/pkg/policy"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// assess folds and assesses tickets as intake and classification do.
func assess(p *policy.Policy) func(*ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error) {
	var tickets intake.Tickets
	method := classification.NewMethod(p, nil)
	return func(ev *ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error) {
		changed, err := tickets.Apply(ev)
		if err != nil || changed == nil {
			return nil, err
		}
		return classification.Assess(method, changed), nil
	}
}
