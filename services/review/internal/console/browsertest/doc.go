// Package browsertest looks at the console as people do: in a real Chromium, on
// real parts (ledger, bus, relay). It keeps screenshots for people to look at
// (go test -artifacts -outputdir DIR).
//
// Without Chromium its tests fail; TOCSIN_SKIP_BROWSER=1 skips them instead.
package browsertest
