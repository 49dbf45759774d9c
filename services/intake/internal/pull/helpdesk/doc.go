// Package helpdesk makes the requests by which each helpdesk gives its open tickets.
//
//	zendesk    search/export (cursor), search/count; per ticket: audits, users/show_many
//	jira       search/jql (Cloud: nextPageToken), search (Data Center: startAt); per issue:
//	           the issue, and what of its comments and changelog does not stand there
//	zammad     tickets (by id); per ticket: ticket_articles/by_ticket, ticket_history, tags
//	freshdesk  tickets by updated_since (from the last one seen, since it gives no more
//	           than 300 pages); per ticket: conversations
//
// It promises that no request changes anything, and that a ticket whose past is longer
// than a page is read to its end. It leaves to pull.Client how often it may ask, and to
// the doors what the answers say.
package helpdesk

import (
	"errors"
	"net/http"
	"time"

	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/webhook"
)

// Options say which tickets, and how they are read.
type Options struct {
	// Account is how the vendor's words are read.
	Account webhook.Account
	// Since leaves out tickets that nobody touched since; zero leaves none out.
	Since time.Time
	// Query narrows the list down further, in the vendor's own words; Zendesk and Jira
	// know one.
	Query string
}

// gone says that a ticket is not there any more.
func gone(err error) error {
	var status *pull.StatusError
	if errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone) {
		return pull.ErrGone
	}
	return err
}

// lost says that a cursor counts no more, where that is what the answer may mean.
func lost(err error, cursor string) error {
	var status *pull.StatusError
	if cursor != "" && errors.As(err, &status) &&
		(status.Code == http.StatusBadRequest || status.Code == http.StatusGone || status.Code == http.StatusUnprocessableEntity) {
		return pull.ErrCursor
	}
	return err
}

// unanswered says that a helpdesk did not answer, of a question that it need not know
// the answer to.
func unanswered(err error) bool {
	var status *pull.StatusError
	if errors.As(err, &status) {
		return status.Code == http.StatusUnauthorized || status.Code == http.StatusTooManyRequests
	}
	return err != nil
}
