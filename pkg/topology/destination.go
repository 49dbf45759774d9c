package topology

import "strings"

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
