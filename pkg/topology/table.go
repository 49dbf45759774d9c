package topology

import (
	"fmt"
	"strings"
	"time"
)

// Table prints the streams in flow order as a Markdown table.
func Table() string {
	var b strings.Builder
	b.WriteString("| stream | writer | subjects | readers | says | kept |\n|---|---|---|---|---|---|\n")
	for _, s := range Streams() {
		var readers []string
		for _, c := range Consumers() {
			if c.Stream.Name == s.Name {
				readers = append(readers, "`"+c.Name+"`")
			}
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s | %s | %s |\n", s.Name, s.Writer,
			strings.Join(s.Subjects, "`, `"), strings.Join(readers, ", "), s.Says, s.kept())
	}
	return b.String()
}

func (s Stream) kept() string {
	var parts []string
	if s.Queue {
		parts = append(parts, "until read")
	}
	if s.MaxAge > 0 {
		parts = append(parts, fmt.Sprintf("%d days", s.MaxAge/(24*time.Hour)))
	}
	if s.PerSubject > 0 {
		parts = append(parts, fmt.Sprintf("last %d of a subject", s.PerSubject))
	}
	switch {
	case s.MaxBytes > 0 && s.Newest:
		parts = append(parts, fmt.Sprintf("the newest %d MiB", s.MaxBytes>>20))
	case s.MaxBytes > 0:
		parts = append(parts, fmt.Sprintf("refuses over %d GiB", s.MaxBytes>>30))
	}
	if len(parts) == 0 {
		return "always"
	}
	return strings.Join(parts, ", ")
}
