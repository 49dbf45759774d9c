// Package detect finds the conditions that hold, from signals alone.
//
// It is pure: signals and a clock in, changes and refusals out. It reads no
// clock, does no I/O and starts nothing. The same ordered input gives the same
// changes and the same snapshot, byte for byte, however often the engine was
// saved and restored on the way. Numbers come from policy.Rules.
//
// # One condition
//
//	              holds                     fourth raise in 60 min
//	(nothing) ────────────▶ raised ─────────────────────────────▶ raised, flapping
//	    ▲                     │                                          │
//	    │  cleared · expired  │                 end is held back until   │
//	    └─────── withdrawn ───┘◀──────── it has not held for 30 min ─────┘
//
// A raise says when it came true (At) and when that was seen (DetectedAt).
// It ends as cleared after a success later than At, as expired where nothing
// was heard, as withdrawn where late signals show that it did not hold at At.
//
// # Time
//
// Windows are (T-W, T] in event time. Live, T is the clock that the caller
// hands in; it never runs back. A signal that is ahead of the clock (at most
// Rules.Ahead) waits until the clock reaches it: no window ends later than T.
// All deadlines of one instant are one step: whatever leaves, falls due or runs
// out at T has done so, then the rules are evaluated; then the signals of that
// instant are read one by one, and the rules evaluated after each.
//
// After a gap in reading (the input's clock jumps by more than Rules.Gap, and
// what comes next is a tick or a signal older than that), deadlines follow the
// event times of the backlog, like a replay, until a signal comes that is at
// most Rules.Gap behind, or a tick follows a tick. A replay has no gaps.
//
// # How the policy is read where it leaves room
//
//   - A change made by a signal has as At the latest event time among the
//     signals counted then and that signal, or a later deadline without which
//     it would not hold (the last success, a prober or a latency leaving its
//     window);
//     one made by a deadline has the deadline. Withdrawn has the At of the
//     raise it takes back.
//   - "Late signals (event time ≤ at)" are all that are read after the raise
//     with such an event time, those of the very same instant included.
//   - Evidence describes what is counted at the change, for ends too: value
//     and samples of the window as it then is, by the measure (below) that the
//     condition was raised with. Where nothing is counted, FirstAt is zero.
//     Tenants are the distinct tenants named by what is counted.
//   - auth_failures_over_100 counts one signal a person: the latest attempt.
//     An attempt that failed for no stated reason is not the person's fault.
//     A success is any log-in that worked in the scope, by any method.
//   - sso_unavailable has three measures, tried in this order: the probes (value:
//     probers DOWN; threshold: the smallest majority of those seen; window:
//     Verdict.Seen; signals counted: the DOWN results of the spell), attempts in
//     the dense window (value: attempts; threshold: SSO.Attempts), people in the
//     sparse one (value: people; threshold: SSO.People). Signals counted are the
//     failed attempts in that window. "None succeeds" is said of the same window.
//     It reads every SSO attempt (relevant, whatever the failure) and probes of
//     the component sso.
//   - A verdict is UP when more than half of the probers seen are UP. As a
//     success it has the event time of the newest UP result it rests on.
//   - A spell's DOWN results are those its verdict rests on when it starts (one
//     for each prober that is DOWN) and all that come after. While another
//     verdict has lasted less than Verdict.EndsAfter the spell goes on: it is
//     not raised then (and a raise at the instant at which the other verdict
//     began is withdrawn), but what is raised still holds. It is over at the end of
//     those two minutes; a verdict that turns DOWN at that very instant starts a
//     new spell.
//   - Components: a condition for each component, by the results that name it in
//     the scope; one that raises a reason and is a core part does both. Of `site`
//     the regions vote, whichever reason reads it: a prober votes in the region of
//     its latest result, probers that name none are one region, and value and
//     threshold are numbers of regions.
//   - A verdict is DEGRADED when more than half are: half DOWN and half DEGRADED is a
//     tie. A spell of DEGRADED is one of DOWN with the word changed, and DOWN is
//     another verdict in it. The two run side by side; core_function_down has both as
//     measures, DOWN first.
//   - "With latency": the median of all results, whatever they say, in a window of
//     Core.DegradedFor that ends now; "its own median" that of all results less than
//     Core.Median before the spell's start, and before it. Either may be the mean of
//     two, unrounded. A result that states no latency has no part in them (less
//     than a microsecond is none, the rest is cut to microseconds); where there is no
//     median nothing is met. To raise, it must be so now; what is raised lasts with
//     the spell. The memory is bounded: of more than 32,768 results in the time before
//     a spell the newest decide.
//   - A component is cleared when the verdict has been UP for Verdict.ClearAfter at
//     every step, and one that was UP after the raise rests on an UP result later
//     than it. Other verdicts clear nothing, and DOWN before that is no new raise.
//   - A run is known by tenant and run id; an upload by tenant and upload id. It
//     counts once, at its latest failure. The first run ever is the earliest
//     event time of any report_run (file_upload) of the scope, whatever its
//     state; INVALID_FILE included, which is a relevant signal too.
//   - Overdue: the latest SCHEDULED of a run gives its due time; not delivered
//     before due + Overdue, the run counts as failed at that instant (even if the
//     schedule comes later), with the SCHEDULED signal as evidence. A delivery
//     at that instant comes after it. A delivery that precedes the schedule by
//     Overdue + the longer window (72 h) or more was of another run of that name.
//     Reports: evidence is one signal a run, its latest failure.
//   - ftp_denied has two measures, tried in this order: sessions in the short
//     window, sessions in the nightly one (for either: value: sessions; threshold:
//     the least number of them). A session is known by tenant and session id and
//     counts once, at its latest refusal; how far two lie apart is measured between
//     those. "None let in" is said of the same window. A session refused as
//     BAD_CREDENTIALS is a relevant signal and nothing else; one let in is let in,
//     whatever failure it states.
//   - provider_content_missing and provider_completions_missing: items were
//     expected where the sync expects some, or where any earlier one had some. The
//     row is all such empty syncs after the last sync with items; those of its
//     very instant come before it. Silence does not break a row. An ignored sync is
//     no relevant signal; it counts after all once a late one shows that items had
//     been there. Value: whole minutes from the first of the row to its last;
//     threshold: Providers.Apart in minutes; signals counted: the row. There is no
//     window (0). Late, a sync counts for Providers.Expire, or if it is the newest.
//     Where a row after a later sync with items holds already, that sync ends nothing.
//   - profile_discrepancy_100 counts one signal, the latest audit of the last
//     Profiles.Expire, whatever it says (value and people: its users). There is no
//     window (0).
//   - security_breach counts one signal, the latest statement of the finding, where
//     it raises (value 1, else 0; threshold 1). There is no window (0). A finding
//     is known by scope and id, whichever source states it. One that is neither
//     resolved nor severe any more stays raised.
//   - program_launch_blocked: a launch is near from starts_at - Launches.Before on,
//     until before starts_at + Launches.After. What blocks it is what stands raised
//     as stated: while it flaps a condition stays raised. Launches are looked at
//     when all other rules of the same step have been. Value: conditions that stand
//     raised for its tenant and the platform, each subject by itself; threshold: 1;
//     window: Before + After; one signal is counted, the launch's latest statement.
//     At is the latest of that signal, the beginning of the time it is near, and the
//     raises of what blocks it. A launch that names no tenant is blocked by the
//     platform's conditions alone. Where it is near no more, because its time passed
//     or it was moved, it ends at once as expired; else with the last of what blocked
//     it, as that ended. A launch that is moved and still near goes on. Withdrawn: by
//     what is known by then nothing blocked it at At, or it was not near.
//   - stale_ticket_1w goes by the latest statement of a ticket; at one event time the
//     greater revision is the later. Value: whole hours since support moved it, 0
//     where it is not open, waits, or is of no large population; threshold and window:
//     Stale.After. One signal is counted, that statement. It clears at once where it
//     is not silent any more or not support's turn, also by what is heard late; one
//     whose issue is no longer large stays raised. That a ticket waits for the
//     customer or is closed holds from the event time of the statement on.
//   - Providers and profiles go on holding by what was last heard until their
//     expiry; then nothing is counted until something new is heard. A success that
//     is older than the latest signal by which the condition holds clears nothing.
//   - A condition expires only where it does not hold any more (with the shipped
//     numbers it never holds that long without a signal).
//   - The raises that flapping counts are those stated, by At, in (at-60 min, at].
//     While flapping, a condition that holds again breaks the calm and states
//     nothing; the one end has the kind of the last end held back.
//   - Live, a repeat with other content is refused as far as ids are remembered:
//     failed SSO attempts for lateness + the sparse window (asked of such
//     attempts only), probe results for the lateness, the signal by which a
//     person, run, session, audit or finding counts, and the last sync of a row.
package detect
