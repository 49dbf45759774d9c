//go:build unix

package drill

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/doors"
	"tocsin/services/intake/internal/doors/zendesk"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/webhook"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// A delivery is what a vendor sends.
type delivery struct {
	vendor string
	id     string
	body   []byte
}

// The flaws of deliveries.
const (
	unsigned   = "unsigned"
	unreadable = "unreadable"
)

const secret = "a-secret-of-the-drill"

// doorsFile lets the vendors in.
const doorsFile = `doors:
  zendesk: {secrets: [$DRILL_SECRET], tenants: {"77": acme, "78": nordwind}}
  jira: {secrets: [$DRILL_SECRET], tenants: {"Acme GmbH": acme}, fields: {customfield_10002: organization}}
  grafana: {secrets: [$DRILL_SECRET]}
  pagerduty: {secrets: [$DRILL_SECRET], components: {Anmeldung: sso}}
  alertmanager: {tokens: [$DRILL_SECRET]}
`

// account is how the file has a vendor read.
func account(vendor string) webhook.Account {
	switch vendor {
	case "zendesk":
		return webhook.Account{Desk: desk.Account{Tenants: map[string]string{"77": "acme", "78": "nordwind"}}}
	case "jira":
		return webhook.Account{Desk: desk.Account{
			Tenants: map[string]string{"Acme GmbH": "acme"}, Fields: map[string]string{"customfield_10002": "organization"},
		}}
	case "pagerduty":
		return webhook.Account{Alerts: alert.Account{Components: map[string]string{"Anmeldung": "sso"}}}
	}
	return webhook.Account{}
}

const (
	zendeskBody = `{"account_id":5,"id":"z-%[1]d","subject":"zen:ticket:%[2]d","time":%[3]q,"type":"zen:event-type:ticket.%[4]s","event":%[5]s,
 "detail":{"id":"%[2]d","created_at":%[6]q,"description":"No report came.","organization_id":"%[7]d","priority":"HIGH","requester_id":"301",
 "status":"OPEN","subject":"Reports","tags":["affected_30","component_reports"],"updated_at":%[3]q}}`
	jiraBody = `{"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_commented","timestamp":%[1]d,
 "comment":{"id":"%[2]d","author":{"name":"rroth","key":"JIRAUSER10"},"body":"Still nothing, %[2]d.","created":%[3]q,"updated":%[3]q},
 "issue":{"id":"%[4]d","key":"HELP-%[4]d","fields":{"summary":"Reports stay away","project":{"key":"HELP"},"reporter":{"name":"rroth","key":"JIRAUSER10"},
 "created":%[5]q,"customfield_10002":[{"id":"3","name":"Acme GmbH"}],"description":"No report arrives.","status":{"name":"Open"}}}}`
	alertsBody = `{"version":"4","groupKey":"{}:{g}","status":"resolved","receiver":"tocsin","alerts":[
 {"status":"resolved","labels":{"alertname":"FeedsSlow","component":"feeds","severity":"warning","instance":"eu-%[2]d"},"annotations":{},
  "startsAt":%[3]q,"endsAt":%[4]q,"fingerprint":"f%[1]d"},
 {"status":"resolved","labels":{"alertname":"Plans","component":"plans","tenant":"tenant-%[2]d"},"annotations":{},"startsAt":%[3]q,"endsAt":%[4]q,"fingerprint":"g%[1]d"}]}`
	pagerdutyBody = `{"event":{"id":"01H%[1]d","event_type":"incident.%[2]s","resource_type":"incident","occurred_at":%[3]q,
 "data":{"id":"Q%[1]d","type":"incident","status":%[2]q,"title":"Anmeldung","service":{"id":"P1","summary":"Anmeldung"},"urgency":"high"}}}`
)

// delivery is one of any vendor, and now and then one that is to be refused.
func (w world) delivery(i int, r *rand.Rand) thing {
	d := &delivery{id: fmt.Sprint("delivery-", i)}
	at, n := w.at(i).Format(time.RFC3339Nano), of(i, r)
	start := w.began.Add(-time.Duration(n) * time.Second).Format(time.RFC3339Nano)
	const jiraTime = "2006-01-02T15:04:05.000-0700"
	switch r.IntN(5) {
	case 0:
		kind, said := "comment_added", fmt.Sprintf(`{"comment":{"id":"%d","body":"Please escalate.","is_public":true,"author":{"id":"301","is_staff":false}}}`, i)
		if r.IntN(3) == 0 {
			kind, said = "status_changed", `{"current":"PENDING","previous":"OPEN"}`
		}
		d.vendor, d.body = "zendesk", fmt.Appendf(nil, zendeskBody, i, n, at, kind, said, start, 77+n%2)
	case 1:
		created := w.began.Add(-time.Duration(n) * time.Second).Format(jiraTime)
		d.vendor, d.body = "jira", fmt.Appendf(nil, jiraBody, w.at(i).UnixMilli(), i, w.at(i).Format(jiraTime), n, created)
	case 2:
		d.vendor, d.body = "pagerduty", fmt.Appendf(nil, pagerdutyBody, i, pick(r, "triggered", "resolved"), at)
	default:
		d.vendor, d.body = pick(r, "grafana", "alertmanager"), fmt.Appendf(nil, alertsBody, i, n%40, start, at)
	}
	t := thing{delivery: d}
	switch r.IntN(20) {
	case 0:
		t.flaw = unsigned
	case 1:
		t.flaw, d.body = unreadable, d.body[:len(d.body)*2/3]
	}
	return t
}

// sign signs a request as its vendor does, or as somebody does who has not the secret.
func (d *delivery) sign(h http.Header, key string, now time.Time) {
	sum := func(before string) []byte {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write(append([]byte(before), d.body...))
		return mac.Sum(nil)
	}
	switch d.vendor {
	case "zendesk":
		stamp := now.UTC().Format(time.RFC3339)
		h.Set(zendesk.TimestampHeader, stamp)
		h.Set(zendesk.SignatureHeader, base64.StdEncoding.EncodeToString(sum(stamp)))
		h.Set("X-Zendesk-Webhook-Invocation-Id", d.id)
	case "jira":
		h.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(sum("")))
		h.Set("X-Atlassian-Webhook-Identifier", d.id)
	case "grafana":
		h.Set("X-Grafana-Alerting-Signature", hex.EncodeToString(sum("")))
	case "pagerduty":
		h.Set("X-PagerDuty-Signature", "v1="+hex.EncodeToString(sum("")))
	default:
		h.Set("Authorization", "Bearer "+key)
	}
}

// said are the events of a thing that is valid; none of one that is not.
func (w world) said(i int) (tickets []*ingressv1.TicketEvent, signals []*ingressv1.Signal) {
	switch t := w.thing(i); {
	case t.flaw != "":
	case t.delivery != nil:
		return t.delivery.said(w.began)
	case t.ticket != nil:
		tickets = append(tickets, t.ticket)
	default:
		signals = append(signals, t.signal)
	}
	return tickets, signals
}

// said is what the vendor's door makes of the delivery, whenever it comes.
func (d *delivery) said(received time.Time) (tickets []*ingressv1.TicketEvent, signals []*ingressv1.Signal) {
	door, _ := doors.Named(d.vendor)
	said, err := door.Read(webhook.Delivery{Header: http.Header{}, Body: d.body, Received: received}, account(d.vendor))
	if err != nil || len(said.Ignored) > 0 || len(said.Tickets)+len(said.Signals) == 0 {
		panic(fmt.Sprint("the drill's own delivery is not read: ", err, said.Ignored, string(d.body)))
	}
	for _, ev := range said.Tickets {
		tickets = append(tickets, events.TicketEventMessage(ev))
	}
	for _, s := range said.Signals {
		signals = append(signals, events.SignalMessage(s))
	}
	return tickets, signals
}
