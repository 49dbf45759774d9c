// Package pingdom reads Pingdom's state change webhook as probes: what its tags say
// is in package alert.
//
//	UP, SUCCESS                          the check has recovered: UP
//	DOWN, FAILING, FAILED, FAILURE       DOWN, or DEGRADED where the check has
//	                                     importance_level LOW or a tag severity
//	anything else (PAUSED, UNKNOWN …)    says nothing, and is named
//
// A check's name is its alert's, its id the check's; the region is the place of the
// first probe that saw it. Tags have no colon at Pingdom: write component_sso,
// tenant_acme, region_eu, severity_warning.
//
// Pingdom tells changes only, when a second probe has confirmed them. The older
// BeepManager body (check, checkname, action) is read too; it tells no time.
//
// Pingdom signs nothing and sends no header: let it show a user and password in the
// address, https://user:password@…/v1/hooks/pingdom.
//
// In Pingdom: Settings, Integrations, Add new; then tick it in each check.
package pingdom
