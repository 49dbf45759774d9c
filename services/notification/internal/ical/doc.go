// Package ical reads the calendar of a schedule: an iCalendar file (RFC 5545), as
// calendar programs and on-call tools export it. Each event is a shift.
//
// Whom an event means is asked of its attendees first (their mail address, then
// their name; who declined does not count), then of its summary: the one person
// of the schedule whose name, or a name that the person is known as, stands in it.
//
// It promises:
//   - What is no iCalendar, or a time, zone or rule in it that is not understood,
//     is refused with its line; nothing is guessed.
//   - An event that is understood and is no shift of ours (it names nobody, or
//     two; it is cancelled, or has no length) is left out, and said to be.
//   - Events repeat by RRULE, at least a day apart, and RDATE; EXDATE and
//     RECURRENCE-ID take instances out or put others in their place.
//   - Times without a zone, and whole days, are of the schedule's zone. An event
//     that repeats ends at the same time of the day all year, as calendar
//     programs show it.
//
// The syntax of a line is golang-ical's and what a rule means rrule-go's; it leaves
// to oncall who is on call where shifts overlap.
package ical
