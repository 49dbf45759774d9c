// Package events translates between the bus and review.
//
//	assessments, conditions, deliveries ──▶ In ──▶ the ledger ──▶ Relay ──▶ case changes
//	                                                          └──▶ Heads ──▶ heads of the audit
//	standings, looks, sights ──▶ Watcher ──▶ the outlook
//	case changes, second reads ──▶ Live ──▶ who looks at a page
//
// A handler makes domain words of messages and gives them to the ledger in one
// call; the ledger drops repeats. What goes out was kept in the transaction of the
// change, or of the heads, and is published until it is marked as sent: again after
// a crash, and never not at all.
//
// Some is read when somebody asks, and kept nowhere: what people would be told
// (Previews), what second readers said (Opinions), the words of a ticket (Archive),
// what was stated of a condition (Watcher.History).
//
// A message that makes no sense is a dead letter where a consumer reads it, and is
// passed over by a view, which it never ends.
package events
