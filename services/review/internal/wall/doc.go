// Package wall stands between what review keeps and the people who look at it:
// each sees what they may see, and nothing says that there is more.
//
//	console, api ──→ wall ──→ ledger, outlook, live changes, second readers
//	                  ↑
//	        the person of the request (package who)
//
// It promises:
//   - It fails closed. A context without a person sees nothing; a method that is
//     not walled is not there, since nothing is embedded.
//   - What a person does not see is not there: a hidden case is answered as one
//     that does not exist, with the same words.
//   - A person who sees some tenants only sees those tenants' cases, and of a case
//     that others share what decide.Case.SeenBy leaves of it: no id, no text and
//     no count of anybody else, in the audit, the deliveries and the live changes too.
//   - Labels, second readers and the notes of those who decide are leadership's.
//
// It leaves to who who a person is, and to decide what each may see and do.
package wall
