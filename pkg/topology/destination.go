package topology

import "strings"

// Subjects of what is seldom there, of all destinations.
const (
	// HeldForAll matches HeldSubject.
	HeldForAll = "notification.v1.held.*.*"
	// DueAtAll matches DueSubject.
	DueAtAll = "notification.v1.due.*"
	// CallsToAll matches CallSubject.
	CallsToAll = "notification.v1.call.*"
	// AllSentBack matches DeadLetterRetrySubject of every consumer.
	AllSentBack = "deadletter.v1.*.retry"
)

// dueAt begins the names of the consumers that DueAtDestination makes.
const dueAt = "notification-due-"

// DestinationOf names the destination that a consumer carries to, as the file of
// routes does; the one that stands in no file is "webhook". False is a consumer
// that carries to none.
func DestinationOf(consumer string) (string, bool) {
	if consumer == NotificationToWebhook.Name {
		return "webhook", true
	}
	for _, begins := range []string{Destinations, dueAt, CallsTo} {
		if name, is := strings.CutPrefix(consumer, begins); is {
			return name, true
		}
	}
	return "", false
}

// DestinationToken is the token that stands for a destination in HeldSubject,
// DueSubject and CallSubject; see Token.
func DestinationToken(subject string) string {
	const owner, kinds = 2, 3 // notification.v1, and then what it is
	tokens := strings.SplitN(subject, ".", owner+kinds)
	if len(tokens) <= kinds {
		return ""
	}
	return tokens[kinds]
}
