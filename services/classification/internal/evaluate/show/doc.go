// Package show writes a report for people: as text for a terminal of 100 columns,
// and as one web page that needs nothing else, with plots in SVG.
//
// What is not known is shown as a dash. A note is material that others wrote: on
// the terminal its control characters are blanks, on the page it is escaped. The
// same report gives the same bytes.
package show
