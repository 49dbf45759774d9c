package events

import (
	"errors"

	"google.golang.org/protobuf/proto"

	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// Previewing says what would be told of a change, in the words in which it
// would be told. It tells nobody and keeps nothing.
type Previewing struct{ Teller deliver.Teller }

// OnPreview answers with what people would be told of the change.
func (p Previewing) OnPreview(c *reviewv1.CaseChanged) (proto.Message, error) {
	if c.GetCase().GetId() == "" || c.GetTransition() == nil {
		return nil, errors.New("preview a change of a case: it lacks the case or the transition")
	}
	told, err := p.Teller.Tell(changeOf(c))
	if err != nil {
		return nil, err
	}
	out := &notificationv1.Previewed{}
	for _, n := range told {
		out.Notifications = append(out.Notifications, notificationOf(n))
	}
	return out, nil
}
