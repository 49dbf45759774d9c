// Package decide holds cases and the decisions that end them.
//
// A case is what leadership decides. It is opened by a request (a ticket on
// which somebody asks for escalation, or whose words state a security breach or
// an outage of the production site) or by a condition that monitoring raised,
// and it links any number of tickets and conditions.
//
//	  a condition      a request     a person opens it, or splits it off
//	       │           │       │       │
//	       ▼           ▼       ▼       │
//	   detected ⇄ needs_info ⇄ pending_review          nobody has decided
//	       │           │       │
//	       ├───────────┴───────┴────────┐
//	       │  a person approves         │ a person denies
//	       ▼                            ▼
//	   approved                      denied ──────────────┐
//	       │ an ETA is given            │ a person appeals │
//	       ▼                            │ or reopens,      │ nobody asks any more, or
//	   in_progress                      │ facts do         │ a person closes it
//	       │                            ▼                  │
//	       │                      the next round           │
//	       │ the trouble is over        ▲                  │
//	       ▼                            │                  ▼
//	   resolved   withdrawn   expired ──┴── a week ──→  closed
//
//	resolved    from each state above it: the trouble is over, or a person says so
//	withdrawn   undecided: the request is taken back, or what was measured never
//	            held; from each state above it where a person says so
//	expired     undecided: what was measured fell silent, or nobody answered
//	merged      undecided: it goes on in another case, for facts or by a person
//
// Beside that way a person claims the decision, releases it, says that they have seen
// it (acknowledged), assigns a technician, and gives an update; the state stays.
// Where a person orders that a tenant be erased, its cases are closed from each
// state above that, and what they hold of its people is taken out (erased).
// Deadlines are said once each, whatever the clock does, the earliest first, and none
// of them decides:
//
//	deadline   when                                          says                 then
//	decision   the policy's time from the round's beginning  decision_overdue     -
//	level      half of that time again                       decision_passed_on   level 2 is called
//	answer     RemindAfter in needs_info                     info_reminder        -
//	no_answer  ExpireAfter in needs_info (see mayExpire)     expired              the case expires
//	eta_near   a quarter of the promised time before the     eta_near             -
//	           ETA, at least 15 min and at most 4 h
//	eta        the ETA, unless the case was denied or ended  eta_overdue          the promise is missed
//	news       an update waits: Cadence since the last news  progress             those who asked are told
//	update     UpdateEvery since those who asked were told,  update_overdue       -
//	           in approved and in_progress
//	closing    CloseAfter at an end                          closed               the case is closed
//
// How often those who asked are told how it goes, by the case's priority:
//
//	                                          critical   high   normal
//	two updates are apart at least (Cadence)  15 min     1 h    4 h
//	silence lasts at most (UpdateEvery)       1 h        4 h    24 h
//
// An update that comes sooner waits (update_waits). The last of those that wait is
// told when the time has come, or with what is told at once and reaches everybody:
// an approval, an ETA that is given, moved or missed, the end. A promise to write
// by a time goes before the cadence: what waits is told by then, that there is
// nothing (update_overdue) is said then, and the update that follows waits for
// neither. That an ETA passes soon is said once for each ETA, to those
// who can still keep it, and not of one that was given with less time than that.
//
// That somebody has seen a case is not that somebody has decided it. A round is
// acknowledged once: by a leader, by whoever holds a link that was sent for that
// round, or by the first person who claims, decides, asks or gives an ETA. What
// calls people up until then, step by step, is notification's ladder, and
// acknowledging ends it. The level is the case's own: it counts from when the
// decision is due, so a case that was seen and left lying is passed on all the same.
//
// It promises:
//   - Facts move a case among detected, needs_info and pending_review, and end
//     it when nobody asks any more and no condition holds. Only a person of
//     leadership moves it to approved or denied.
//   - Who appeals against a denial begins a round; the denial of that round can be
//     appealed against only after leadership or facts have begun another.
//   - What a person split facts do not merge or link together again (Apart). What a
//     person merges has not been decided; the case it goes on in keeps its decision.
//   - Two updates are never closer than the shortest Cadence that held between them,
//     and none is lost but to a later one, or because nobody is left to tell.
//   - An ETA is a promise: kept, missed (once), moved with a reason, or void.
//   - The first decision of a round stands. A later one gets ErrDecided, changes
//     nothing and states nothing. A new round begins when a person reopens the
//     case, or when facts do that the decision did not know: another condition,
//     another ticket that asks, a recommendation that has become eligible, or a
//     request made anew after the end.
//   - Who acknowledged a round first stays named until the next one begins.
//   - A transition that changes something grows the version by one and returns
//     one Event; one that fails changes nothing.
//   - The same facts in the same order give the same cases with the same ids.
//   - A ticket belongs to one open case, and so does a condition. Trouble of one
//     family (package policy) in one tenant is one case as soon as a condition
//     shows it, and one case for all tenants where a platform condition does: the
//     case that was opened first goes on as the platform's, the others are merged.
//
// It is pure: values and a time in, values out. It leaves to others where cases
// are kept and locked (ledger), who may sign in (api, console), what people are
// told (notification), and what a ticket's words mean (classification).
package decide
