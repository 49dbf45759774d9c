// Package topology says once which streams, subjects and consumers there are,
// in the order in which events flow. Nothing else in this repository names one.
//
// Every subject has one writer. A stream is a trust domain and has one as well,
// but for SIGNALS, the one order in which monitoring reads: permissions are given
// per subject, and a header can reach anything inside its stream. Apply makes a
// server hold the streams and consumers; Table prints them for the README.
package topology
