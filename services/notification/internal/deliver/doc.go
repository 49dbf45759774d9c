// Package deliver says who hears what of a case, in which language, with which words.
//
// Tell turns one change of a case into notifications:
//
//	what changed            leadership        requester             CSM and agent
//	opened                  case_opened       under_review,         as the requester
//	                                          or info_needed
//	a ticket joined         -                 where the case now    as the requester
//	                                          stands, this ticket
//	a condition joined      condition_linked  -                     -
//	a condition ended       condition_ended   -                     -
//	more has to be known    -                 info_needed           as the requester
//	the answer came         -                 under_review          as the requester
//	approved, denied        the same          the same              the same
//	an ETA given, moved     the same          the same              the same
//	resolved                the same          the same              the same
//	reopened                the same          as if opened          as the requester
//	withdrawn, expired      the same          -                     -
//	a decision is overdue   decision_overdue  the same, if they     the CSM as the
//	                                          asked                 requester
//	an ETA passes soon      eta_near          -                     the same
//	an ETA passed           eta_overdue       the same              the same
//	the level above called  decision_passed_on -                    -
//	an update is owed       update_overdue    the same              the same
//	how it goes             -                 progress              as the requester
//	an answer is missing    -                 info_reminder         as the requester
//	nobody answered         unanswered        the same              the same
//	appealed                reopened          as if opened          as the requester
//	a case joined by hand   -                 where the case now    as the requester
//	one that is decided                       stands, these tickets
//
// Whatever else changes is told to nobody: updates of a condition or a ticket,
// who claims a case and who works on it, cases that are split, merged, closed or erased, an
// update that waits because there was one just before. It is told later, or with
// what is told at once: review says when.
// A change is one cause and is told once to each addressee: a requester on each of
// their tickets, a CSM or an agent once for all of theirs.
//
// What a ladder calls somebody with is told by Call, of the case as it then is.
//
// It promises:
//   - The same change gives the same notifications, with the same ids, in the
//     same order. An id is derived from the case, its version, the audience, the
//     ticket and the kind.
//   - People outside leadership read of their own tenant and tickets only:
//     no other tenant, no counts over tenants, no recommendation, no note that
//     leadership wrote for itself, no quote. Words that stand in a folder can not
//     say more: what they may not say is not handed to them. Only a person's
//     denial is told as one.
//   - A promise to write by a time is kept: with the decision or news, or else by
//     saying that there is none yet.
//   - Personal data that people wrote is told to nobody, where Redact is set;
//     outside leadership a subject that held some is left out.
//   - Somebody who did not ask for escalation is neither asked nor denied anything.
//   - A ticket's language is the language of what is told on it, English where
//     it is unknown. German addresses with Sie. Whoever writes in another
//     language is not written to: colleagues and leadership are told so.
//
// It is pure. It leaves to others what carries the notifications (events,
// channel) and whether they were told before (events).
package deliver
