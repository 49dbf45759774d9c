package helpdesktest

import (
	"fmt"
	"html"
	"strings"
)

// HTML is what a browser shows of a note whose only markup are paragraphs and
// line breaks; an error if there is any other, or anything to fill in.
func HTML(text string) (string, error) {
	body, begins := strings.CutPrefix(text, "<p>")
	body, ends := strings.CutSuffix(body, "</p>")
	if !begins || !ends {
		return "", fmt.Errorf("it is no paragraph")
	}
	body = strings.NewReplacer("</p><p>", "\n\n", "<br>", "\n").Replace(body)
	if i := strings.IndexAny(body, "<>\""); i >= 0 {
		return "", fmt.Errorf("%.40q is markup", body[i:])
	}
	for _, begin := range []string{"{{", "{%", "#{"} {
		if strings.Contains(html.UnescapeString(body), begin) {
			return "", fmt.Errorf("what follows %q is filled in by the helpdesk", begin)
		}
	}
	return seen(html.UnescapeString(body)), nil
}

// seen is text without what keeps letters from being read together.
func seen(text string) string { return strings.ReplaceAll(text, "\u2060", "") }
