// Package courier brings notifications to the destinations of the file of
// routes, each in its own time.
//
// Each destination has a courier with a durable place of its own on
// NOTIFICATIONS, so that one that is away delays nobody else. It reads only what the
// file's routes may match, and beside that place stands what it read before, and
// until when: a change of the file counts from then on, whatever the server knows
// of what it has passed over. What waits goes on waiting across a change; what a
// change takes away is not told, even if another gives it back. What becomes of a
// notification is what package route judges:
//
//	NOTIFICATIONS ─→ skip                     acknowledged
//	              ├→ silence                  recorded with the reason
//	              ├→ send                     one attempt, recorded
//	              └→ hold ─→ HELD ─ when due ─→ one message of all ─→ RELEASED ─→ send
//
// What is held stands in HELD, one subject for each message that it will be part
// of; memory holds a time for each subject, and a start reads them back. When a
// message is due, what stood there until then is judged once more, so that an
// outage that was found meanwhile silences its consequences. A message of
// several has an id derived from the first of them: after a crash, or beside
// another process, the same message is made again under the same id.
//
// A destination that holds nothing, is called by nobody and has nothing sent back has
// no place but that on NOTIFICATIONS, and nothing of its own looks for any of it: one
// look serves all. What stands there and has no place yet is found by that look, at the
// start too.
//
// What a ladder calls a destination with comes over CALLS, and goes past routes and
// quiet hours: by the same rate and circuit, with a link of its own that is made here
// and stands nowhere. What silences it is recorded; what is overtaken says so.
//
// A notification that waited and is overtaken says so: where its case has ended
// meanwhile it does not alarm.
//
// It leaves to others who hears what (route), how a message is carried (channel),
// and what an attempt's record says (events).
package courier
