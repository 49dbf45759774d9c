// Package teach makes labelled examples of what leadership decides and corrects,
// so that the reading of tickets can be measured by it, and learn from it.
//
//	a person approves, or denies on a ground ── Decided ──→ an example for each ticket that asked
//	a person corrects the reading of a ticket ── Correct ──→ an example of that ticket
//	an example and the notes of its ticket ── Words ──→ the text that the label speaks of
//	all of it ── LineOf ──→ a line as `tocsin eval` and `tocsin train` read it
//
// It promises:
//   - An example says what was read, what it should be, who said so, when, of
//     which revision of the ticket and by which version of the policy.
//   - A label that contradicts itself becomes no example (UnsoundError).
//   - Examples are only ever added. Of one ticket the last correction stands, and
//     where there is none, what the last decision says.
//   - A decision says little: an approval that the words were enough, a denial
//     that its ground held. Where a condition speaks for the case too, an
//     approval says nothing of words that were not found to be enough.
//
// It is pure. What a case is, is decide's; the ledger keeps examples; the words of
// a ticket stay where the ticket is, in its stream, and are read when they are
// exported, so that what is erased there is gone here too.
package teach
