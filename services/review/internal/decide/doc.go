// Package decide holds cases and the decisions that end them.
//
// A case is what leadership decides. It is opened by a request (a ticket on
// which somebody asks for escalation, or whose words state a security breach or
// an outage of the production site) or by a condition that monitoring raised,
// and it links any number of tickets and conditions.
//
//	   a condition      a request
//	        │           │       │
//	        ▼           ▼       ▼
//	    detected ⇄ needs_info ⇄ pending_review          nobody has decided
//	        │           │       │        │
//	        ├───────────┴───────┴──┐     └─ (also from detected, needs_info)
//	        │  a person approves   │ a person denies
//	        ▼                      ▼
//	    approved                 denied ─────────────┐
//	        │ an ETA is given      ▲                 │
//	        ▼                      │                 │
//	    in_progress                │                 │
//	        │ the trouble is over  │                 │
//	        ▼                      │                 ▼
//	    resolved   withdrawn   expired ──────────→ closed
//
//	resolved, denied, withdrawn, expired ── reopened ──→ the next round
//	detected, needs_info, pending_review ── merged into a case that shows the same
//
// It promises:
//   - Facts move a case among detected, needs_info and pending_review, and end
//     it when nobody asks any more and no condition holds. Only a person of
//     leadership moves it to approved or denied.
//   - The first decision of a round stands. A later one gets ErrDecided, changes
//     nothing and states nothing. A new round begins when a person reopens the
//     case, or when facts do that the decision did not know: another condition,
//     another ticket that asks, a recommendation that has become eligible, or a
//     request made anew after the end.
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
