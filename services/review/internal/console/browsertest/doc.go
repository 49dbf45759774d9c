// Package browsertest looks at the console as people do: in a real Chromium, on
// real parts (ledger, bus, relay, the wall, a provider that people sign in by).
// No page may have what axe-core finds to keep people out, in either language,
// light or dark, on a desk or a phone.
//
// It keeps screenshots for people to look at (make screenshots, or go test
// -artifacts -outputdir DIR).
//
// Without Chromium or axe-core its tests fail; TOCSIN_SKIP_BROWSER=1 and
// TOCSIN_SKIP_AXE=1 leave out what needs them.
package browsertest
