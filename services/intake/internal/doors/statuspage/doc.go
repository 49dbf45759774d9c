// Package statuspage reads what Atlassian Statuspage tells those who follow a page by
// webhook as probes: what the people of the page say of its components.
//
//	component_update                     the component, as it is from then on
//	incident                             each of its components as it is now, at the
//	                                     newest update; one that names none, by its impact
//	operational                          UP; before an incident is over it says nothing of
//	                                     a component that was not worse before
//	degraded_performance, partial_outage DEGRADED
//	major_outage                         DOWN
//	under_maintenance                    planned, so not broken, and named
//	impact none, minor, major, critical  nothing, DEGRADED, DOWN, DOWN
//	scheduled maintenance, postmortem    named
//
// A component's name is its alert's: map it in the settings, or call it like a
// component of the policy ("Content Cards"). Each page says everything once.
//
// Statuspage signs nothing and sends no header: follow the page with an address that
// has a user and password in it, https://user:password@…/v1/hooks/statuspage.
package statuspage
