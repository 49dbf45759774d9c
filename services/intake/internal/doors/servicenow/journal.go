package servicenow

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/prose"
)

// head is the line above each entry of a journal: when, who, and what it is.
var head = regexp.MustCompile(`(?m)^(\d{2,4}[-./]\d{2}[-./]\d{2,4} \d{2}:\d{2}(?::\d{2})?(?: [AP]M)?) - (.+) \([^()\n]+\)[ \t\r]*$`)

// entry is one text of a journal, with what its head says.
type entry struct{ at, author, text string }

// entries are those of a journal, the newest first as it has them.
func entries(journal string) (all []entry) {
	heads := head.FindAllStringSubmatchIndex(journal, -1)
	if before := strings.TrimSpace(journal); len(heads) == 0 && before != "" {
		return []entry{{text: before}}
	}
	for i, h := range heads {
		end := len(journal)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if text := strings.TrimSpace(journal[h[1]:end]); text != "" {
			all = append(all, entry{at: journal[h[2]:h[3]], author: journal[h[4]:h[5]], text: text})
		}
	}
	return all
}

// journal tells of a journal's entries. An entry's time is in somebody's zone: one that
// came alone is of the update, others at the latest.
func (r *reading) journal(t *desk.Telling, column string, at time.Time) {
	all := entries(r.record.value(column))
	internal := column == "work_notes"
	caller := r.record.first("caller_id", "contact")
	for i := len(all) - 1; i >= 0; i-- {
		e := all[i]
		when := at
		if own, err := lenient.Text(e.at).Time(); err == nil && len(all) > 1 && own.Before(at) {
			when = own
		}
		staff := internal || e.author != caller.Name && caller.Name != caller.ID
		if e.author == "" {
			e.author = string(r.body.Actor)
			staff = internal || r.body.Role == "agent"
		}
		sum := sha256.Sum256([]byte(r.record.value("number") + "\x00" + column + "\x00" + e.at + "\x00" + e.text))
		t.Note(desk.Comment{
			ID: "comment/~" + hex.EncodeToString(sum[:16]), Author: e.author, Staff: staff, Machine: e.author == "System",
			Text: prose.Plain(e.text), Public: !internal, At: when,
		})
	}
}
