// Package demo makes up a day of a platform: a quiet morning, an SSO outage at
// three tenants with tickets in both languages, two requests that the policy
// does not support, a day on which no report arrives, and recovery.
//
// It only makes events: log-ins of the last minutes and of now, reports and
// uploads of the day before. Who plays them decides how fast. All people and
// organisations are invented.
package demo

import (
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// A Scene is what happens at one moment of the play.
type Scene struct {
	// At is when it is played, counted from the beginning.
	At time.Duration
	// Title says what one sees.
	Title   string
	Signals []*ingressv1.Signal
	Tickets []*ingressv1.TicketEvent
}

// Day is the play, to begin now. Events of two days that begin at different
// moments never share an id.
func Day(now time.Time) []Scene {
	d := &day{now: now, run: now.UTC().Format("20060102T150405.000")}
	d.quietMorning()
	d.reportDay()
	d.outage()
	d.requests()
	d.recovery()
	return d.scenes
}

// day collects scenes.
type day struct {
	now    time.Time
	run    string
	n      int
	scenes []Scene
}

// customers are the tenants and how many of their people log in during the play.
var customers = []struct {
	tenant string
	people int
}{
	{"acme", 180},
	{"nordwind", 120},
	{"kaiser-logistik", 140},
	{"helio", 160},
	{"lumen", 90},
	{"brightside", 200},
	{"talwerk", 150},
	{"meridian", 220},
}

// outageAt is a tenant whose SSO fails, and for how many people.
type outageAt struct {
	tenant string
	people int
}

var down = [...]outageAt{{"acme", 134}, {"nordwind", 61}, {"kaiser-logistik", 78}}

// scene begins a scene; offset is its place in the play.
func (d *day) scene(at time.Duration, title string) *Scene {
	d.scenes = append(d.scenes, Scene{At: at, Title: title})
	return &d.scenes[len(d.scenes)-1]
}

func (d *day) id() string {
	d.n++
	return fmt.Sprintf("%s-%d", d.run, d.n)
}

// signal is a signal of a monitor, without its kind.
func (d *day) signal(source, tenant string, at time.Time) *ingressv1.Signal {
	return &ingressv1.Signal{Id: d.id(), Source: source, Tenant: tenant, OccurredAt: timestamppb.New(at)}
}

func (d *day) login(tenant string, person int, at time.Time, failure ingressv1.AuthAttempt_Failure) *ingressv1.Signal {
	s := d.signal("sso-gateway", tenant, at)
	a := &ingressv1.AuthAttempt{
		User: fmt.Sprintf("%s-%d", tenant, person), Method: ingressv1.AuthAttempt_SSO,
		Outcome: ingressv1.AuthAttempt_SUCCESS, Failure: failure,
	}
	if failure != 0 {
		a.Outcome = ingressv1.AuthAttempt_FAILURE
	}
	s.Kind = &ingressv1.Signal_AuthAttempt{AuthAttempt: a}
	return s
}

func (d *day) report(tenant, run string, at time.Time, state ingressv1.ReportRun_State) *ingressv1.Signal {
	s := d.signal("report-scheduler", tenant, at)
	s.Kind = &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{Run: d.run + "-" + run, Report: "activity", State: state}}
	return s
}

func (d *day) upload(tenant, name string, at time.Time) *ingressv1.Signal {
	s := d.signal("file-gateway", tenant, at)
	s.Kind = &ingressv1.Signal_FileUpload{FileUpload: &ingressv1.FileUpload{Upload: d.run + "-" + name, Outcome: ingressv1.FileUpload_ACCEPTED}}
	return s
}

// failing says whether the tenant's SSO will fail.
func failing(tenant string) bool {
	return slices.ContainsFunc(down[:], func(t outageAt) bool { return t.tenant == tenant })
}

// quietMorning: everybody logs in, reports and uploads of the night went through.
func (d *day) quietMorning() {
	s := d.scene(0, "a quiet morning: log-ins, reports and uploads as on any day")
	for _, c := range customers {
		// The morning of those whose SSO will fail lies just over ten minutes before that.
		first, spread := 8*time.Minute, 240
		if failing(c.tenant) {
			first, spread = 10*time.Minute-5*time.Second, 4
		}
		for p := range c.people {
			at := d.now.Add(-first).Add(time.Duration(p%spread) * time.Second)
			s.Signals = append(s.Signals, d.login(c.tenant, p, at, 0))
		}
		for hour := 30; hour > 0; hour -= 6 {
			at := d.now.Add(-time.Duration(hour) * time.Hour)
			s.Signals = append(s.Signals, d.upload(c.tenant, fmt.Sprintf("%s-%d", c.tenant, hour), at))
			if c.tenant != "lumen" {
				s.Signals = append(s.Signals, d.report(c.tenant, fmt.Sprintf("%s-%d", c.tenant, hour), at, ingressv1.ReportRun_DELIVERED))
			}
		}
	}
	s.Tickets = append(s.Tickets, d.opened(ticket{
		tenant: "meridian", id: "M-88", subject: "Where do I change the logo?", requester: "ines@meridian.example", at: 0,
		body: "Hello, could you tell me where an administrator changes the company logo? Thank you!",
	}))
}

// reportDay: every report of one tenant has failed since yesterday.
func (d *day) reportDay() {
	s := d.scene(8*time.Second, "lumen: every report has failed for more than a day")
	for hour := 26; hour > 0; hour -= 4 {
		at := d.now.Add(-time.Duration(hour) * time.Hour)
		s.Signals = append(s.Signals, d.report("lumen", fmt.Sprintf("daily-%d", hour), at, ingressv1.ReportRun_FAILED))
	}
	s = d.scene(12*time.Second, "lumen asks for an escalation, in English")
	s.Tickets = append(s.Tickets, d.opened(ticket{
		tenant: "lumen", id: "L-17", subject: "No reports since yesterday", requester: "oscar@lumen.example", at: 12 * time.Second,
		body: "None of our reports have been delivered for over 24 hours, every scheduled run fails.\n" +
			"Please escalate this ticket: the audit committee meets tomorrow morning and needs the figures.",
	}))
}

// outage: SSO fails at three tenants; their people and their tickets say so.
func (d *day) outage() {
	for wave := range 6 {
		at := time.Duration(15+2*wave) * time.Second
		s := d.scene(at, "SSO fails at acme, nordwind and kaiser-logistik")
		for _, c := range down {
			for p := wave; p < c.people; p += 6 {
				s.Signals = append(s.Signals, d.login(c.tenant, p, d.now.Add(at-time.Duration(p%900)*time.Millisecond), ingressv1.AuthAttempt_SERVICE_UNAVAILABLE))
			}
		}
	}
	s := d.scene(28*time.Second, "three tickets speak of it, in both languages")
	s.Tickets = append(s.Tickets,
		d.opened(ticket{
			tenant: "acme", id: "A-1042", subject: "Nobody can log in", requester: "dana@acme.example", csm: "priya", at: 28 * time.Second,
			body: "Since this morning nobody gets past the single sign-on page, about 500 colleagues are locked out.\n" +
				"Please escalate: our onboarding programme starts at noon and everybody is blocked.",
		}),
		d.opened(ticket{
			tenant: "nordwind", id: "N-311", subject: "Anmeldung geht nicht", requester: "jonas@nordwind.example", at: 28 * time.Second,
			body: "Guten Morgen, bei uns kommt niemand mehr über SSO hinein. Bitte eskalieren Sie das Ticket, " +
				"um 10 Uhr startet unser Schulungsprogramm und alle sind blockiert.",
		}),
		d.opened(ticket{
			tenant: "kaiser-logistik", id: "K-7", subject: "SSO-Störung", requester: "mira@kaiser-logistik.example", at: 28 * time.Second,
			body: "Seit heute früh schlägt jede SSO-Anmeldung fehl, rund 80 Kolleginnen und Kollegen können nicht arbeiten. " +
				"Wir bitten um Eskalation, die Schicht kann ohne Zugang nicht eingeteilt werden.",
		}))
}

// requests: two that the policy does not support.
func (d *day) requests() {
	s := d.scene(34*time.Second, "two requests that the policy does not support")
	s.Tickets = append(s.Tickets,
		d.opened(ticket{
			tenant: "helio", id: "H-5", subject: "URGENT!!!", requester: "tom@helio.example", at: 34 * time.Second,
			body: "URGENT!!! Please escalate this ticket immediately!!!",
		}),
		d.opened(ticket{
			tenant: "talwerk", id: "T-93", subject: "Feeds auf der Beta-Seite leer", requester: "lea@talwerk.example", at: 34 * time.Second,
			environment: ingressv1.Environment_BETA,
			body: "Auf der Beta-Umgebung werden die Feeds nicht angezeigt, in der Produktion ist alles in Ordnung. " + //nolint:misspell // German
				"Bitte trotzdem eskalieren, wir möchten es heute noch zeigen.",
		}))
}

// recovery: people get in again, and the reports arrive.
func (d *day) recovery() {
	for wave := range 4 {
		at := time.Duration(44+2*wave) * time.Second
		s := d.scene(at, "log-in works again")
		for _, c := range down {
			for p := wave; p < c.people; p += 4 {
				s.Signals = append(s.Signals, d.login(c.tenant, p, d.now.Add(at-time.Duration(p%900)*time.Millisecond), 0))
			}
		}
	}
	s := d.scene(53*time.Second, "lumen's reports arrive")
	s.Signals = append(s.Signals, d.report("lumen", "daily-2", d.now.Add(53*time.Second), ingressv1.ReportRun_DELIVERED))
}

// ticket is what a customer writes.
type ticket struct {
	tenant, id, subject, body, requester, csm string
	environment                               ingressv1.Environment
	// at is when, counted from the beginning of the play.
	at time.Duration
}

func (d *day) opened(t ticket) *ingressv1.TicketEvent {
	return &ingressv1.TicketEvent{
		Id: d.id(), Source: "helpdesk", Tenant: t.tenant, Ticket: fmt.Sprintf("%s-%s", t.id, d.now.UTC().Format("150405")),
		OccurredAt: timestamppb.New(d.now.Add(t.at)),
		Event: &ingressv1.TicketEvent_Opened{Opened: &ingressv1.Opened{
			Subject: t.subject, Body: t.body, Requester: t.requester, Csm: t.csm, Environment: t.environment,
		}},
	}
}
