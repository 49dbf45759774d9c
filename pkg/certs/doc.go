// Package certs keeps what a server shows and whom it knows by TLS: a certificate
// with its key, and the authorities whose clients it believes, as their files now are.
//
//	files ─ Open ─→ Keeper ─ Config ─→ each handshake
//	  └── changed, twice the same ── Watch ─┬─→ counts from the next handshake on
//	                                        └─→ not understood: logged once, the one before stays
//
// It promises:
//   - A change counts without a restart. Connections that are open stay open, with
//     the certificate that they were begun with.
//   - A client's certificate is asked for where there are authorities. One that is
//     shown is verified, or the handshake fails; none need be shown.
//   - TLS 1.2 and 1.3 only, with what the library thinks good of each.
//   - No key stands in an error or a log.
//
// It leaves to its caller which names may do what: Of says under which names somebody
// comes. An authority that is taken away counts no more for new connections; who is to
// go at once is taken from the names that are let in.
package certs
