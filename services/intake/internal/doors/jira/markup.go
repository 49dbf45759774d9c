package jira

import (
	"encoding/json"
	"regexp"
	"strings"

	"tocsin/services/intake/internal/lenient"
)

// text is what is written in a field: plain or in Jira's wiki markup, or in
// Atlassian's document format.
func text(raw json.RawMessage) string {
	if len(raw) > 0 && raw[0] == '{' {
		var doc node
		_ = json.Unmarshal(raw, &doc) // what is of another shape is no text
		return strings.Trim(doc.text(0), "\n")
	}
	return wiki(lenient.Plain(raw))
}

// frames are the wiki's marks around what stands as it is, and of looks.
var frames = regexp.MustCompile(`\{(noformat|code|panel|color|quote)(:[^{}\n]*)?\}`)

// wiki is wiki markup without its frames, and with what it quotes behind ">".
func wiki(s string) string {
	if !frames.MatchString(s) && !strings.Contains(s, "bq. ") {
		return s
	}
	var out []string
	quoted := false
	for _, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		parts := strings.Split(line, "{quote}")
		for i, part := range parts {
			if i > 0 {
				quoted = !quoted
			}
			part = frames.ReplaceAllString(part, "")
			rest, bq := strings.CutPrefix(strings.TrimSpace(part), "bq. ")
			switch {
			case strings.TrimSpace(part) == "" && (len(parts) > 1 || strings.TrimSpace(line) != ""):
			case bq:
				out = append(out, "> "+rest)
			case quoted:
				out = append(out, "> "+part)
			default:
				out = append(out, part)
			}
		}
	}
	return strings.Trim(strings.Join(out, "\n"), "\n")
}

// node is a part of a document in Atlassian's format.
type node struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Content []node `json:"content"`
	Attrs   struct {
		Text      lenient.Text `json:"text"`
		ShortName lenient.Text `json:"shortName"`
		URL       lenient.Text `json:"url"`
		Title     lenient.Text `json:"title"`
	} `json:"attrs"`
}

// deepest is how far down a document is read.
const deepest = 100

// text is the part's text; blocks end with a line break.
func (n node) text(depth int) string {
	if depth > deepest {
		return ""
	}
	var b strings.Builder
	for _, c := range n.Content {
		b.WriteString(c.text(depth + 1))
	}
	inner := b.String()
	switch n.Type {
	case "text":
		return n.Text
	case "hardBreak", "rule":
		return "\n"
	case "mention", "status":
		return string(n.Attrs.Text)
	case "emoji":
		if n.Attrs.Text != "" {
			return string(n.Attrs.Text)
		}
		return string(n.Attrs.ShortName)
	case "inlineCard", "blockCard", "embedCard":
		return string(n.Attrs.URL)
	case "paragraph", "heading", "codeBlock", "caption":
		return inner + "\n"
	case "tableCell", "tableHeader":
		return strings.ReplaceAll(strings.Trim(inner, "\n"), "\n", " ") + " "
	case "tableRow":
		return strings.TrimRight(inner, " ") + "\n"
	case "expand", "nestedExpand":
		return string(n.Attrs.Title) + "\n" + inner
	case "listItem", "taskItem", "decisionItem":
		return "- " + strings.TrimSuffix(inner, "\n") + "\n"
	case "blockquote":
		return "> " + strings.ReplaceAll(strings.TrimSuffix(inner, "\n"), "\n", "\n> ") + "\n"
	}
	return inner
}
