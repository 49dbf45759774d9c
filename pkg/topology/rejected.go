package topology

// RejectedSubject is where intake keeps a delivery that a door did not take: one of
// each body, by its hash.
func RejectedSubject(door, body string) string {
	return "intake.v1.rejected." + Token(door) + "." + Token(body)
}

// RejectedAt matches what a door did not take; of no door, what all did not.
func RejectedAt(door string) string {
	if door == "" {
		return "intake.v1.rejected.*.*"
	}
	return "intake.v1.rejected." + Token(door) + ".*"
}

// RetryRejectedSubject is where intake is asked to read a rejected delivery again: a
// request, in no stream.
func RetryRejectedSubject() string { return "intake.v1.retry" }
