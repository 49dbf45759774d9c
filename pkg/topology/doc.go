// Package topology says once which streams, subjects and consumers there are,
// in the order in which events flow. Nothing else in this repository names one.
//
// Every stream has one writer and is a trust domain: permissions are given per
// subject, and a header can reach anything inside its stream. Apply makes a
// server hold the streams and consumers; Table prints them for the README.
package topology
