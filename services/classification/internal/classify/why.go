package classify

import (
	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/score"
)

// Policy is the policy that the method reads by.
func (m *Method) Policy() *policy.Policy { return m.policy }

// Model is the model that the method reads with.
func (m *Method) Model() *score.Model { return m.model }
