package table

import (
	"slices"
	"strconv"
	"strings"
)

// words are what may stand in a column, whatever vendor's words stand there too.
var words = map[string][]string{
	"environment": {"PRODUCTION", "BETA"},
	"author_kind": {"CUSTOMER", "CSM", "AGENT", "SYSTEM"},
	"public":      {"TRUE", "FALSE", "YES", "NO", "1", "0"},
}

// needed are what a ticket's row must say, and a note's.
var (
	neededOfTicket = []string{"status", "created_at"}
	neededOfNote   = []string{"author_kind", "text"}
)

// check names what is wrong in a row by itself.
func check(r row, wrong *mistakes) {
	needed := neededOfTicket
	if r.cells["note_at"] != "" {
		needed = neededOfNote
	}
	for _, name := range needed {
		if r.cells[name] == "" {
			wrong.add(r.line, "%s is empty", name)
		}
	}
	for _, name := range []string{"environment", "author_kind", "public"} {
		if said := r.cells[name]; said != "" && !slices.Contains(words[name], strings.ToUpper(said)) {
			wrong.add(r.line, "%s: %.40q is none of %s", name, said, strings.Join(words[name], ", "))
		}
	}
	if said := r.cells["affected_users"]; said != "" {
		if _, err := strconv.ParseUint(said, 10, 32); err != nil {
			wrong.add(r.line, "affected_users: %.40q is no whole number", said)
		}
	}
	for _, name := range []string{"status_at", "updated_at", "last_customer_at", "last_agent_at"} {
		if at := r.at(name); !at.IsZero() && at.Before(r.at("created_at")) {
			wrong.add(r.line, "%s is before created_at", name)
		}
	}
}
