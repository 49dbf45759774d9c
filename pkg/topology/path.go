package topology

import "strings"

// A condition's path is its scope, reason and subject as one name that is safe
// in an address and nobody else's: the last tokens of its subjects, with a slash
// between them.

// ConditionPath is the path of a condition.
func ConditionPath(scope, reason, subject string) string {
	return Token(scope) + "/" + Token(reason) + "/" + Token(subject)
}

// ConditionAtPath is the subject of the condition changes with that path; false
// where it is no path.
func ConditionAtPath(path string) (subject string, ok bool) {
	tokens := strings.Split(path, "/")
	if len(tokens) != 3 {
		return "", false
	}
	for _, t := range tokens {
		if t == "" || len(t) > longest || strings.ContainsFunc(t, foreign) {
			return "", false
		}
	}
	return "monitoring.v1.condition_changed." + strings.Join(tokens, "."), true
}

// letters are all that Token gives.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=~"

// foreign says that Token never gives such a letter.
func foreign(r rune) bool { return !strings.ContainsRune(letters, r) }

// IsLooked tells a Looked from a Standing by its subject.
func IsLooked(subject string) bool { return strings.HasPrefix(subject, "monitoring.v1.looked.") }

// AllLooked matches every Looked.
const AllLooked = "monitoring.v1.looked.*"

// AllLooks matches every Standing and Looked.
const AllLooks = "monitoring.v1.>"
