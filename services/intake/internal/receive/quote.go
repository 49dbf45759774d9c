package receive

// CutQuotes is replaced below.
func CutQuotes(s string) string { return s }
