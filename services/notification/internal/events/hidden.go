package events

import "regexp"

// link is an address by which a case is acknowledged, or what is left of one that
// was cut.
var link = regexp.MustCompile(`ack\\?/[A-Za-z0-9_-]{4,}`)

// without is a text without such links: whoever reads a record is not who was called.
func without(text string) string { return link.ReplaceAllString(text, "ack/…") }

// quietly is an error that says nothing of a link; nil stays nil.
func quietly(err error) error {
	if err == nil {
		return nil
	}
	return hidden{err}
}

// hidden is an error that says nothing of a link. What it means stays.
type hidden struct{ error }

func (h hidden) Error() string { return without(h.error.Error()) }

func (h hidden) Unwrap() error { return h.error }
