package route

import "slices"

// toRecipient is the only entry of "to" where a mail goes to whoever it is for.
const toRecipient = "{recipient}"

// people says that a destination is the mailbox of whoever a message is for.
func (d Destination) people() bool {
	to, _ := d.With["to"].([]any)
	return d.Channel == "email" && slices.Contains(to, any(toRecipient))
}

// onPeople holds a destination that is many people's mailboxes to messages of one
// person: whatever makes one message of several would tell one what another is told.
func (c *checker) onPeople(path, name string, d Destination) {
	switch {
	case !d.people():
	case d.Quiet != nil:
		c.wrong(path+".quiet", "destination %s writes to each person by themselves, and quiet hours make one message of several: leave quiet out, or set hours of its routes", name)
	case d.Heartbeat != 0:
		c.wrong(path+".heartbeat", "destination %s writes to whoever a message is for, and a heartbeat is for nobody: leave it out", name)
	}
}

// toPeople holds a route to such a destination to what has a recipient.
func (c *checker) toPeople(path, name string, d Destination, r *Route) {
	if !d.people() {
		return
	}
	if len(r.When.Audience) == 0 || slices.Contains(r.When.Audience, Audiences()[0]) {
		c.wrong(path+".when.audience", "destination %s writes to %s, and leadership's messages have none: set audience: [requester, csm] or some of requester, csm, agent", name, toRecipient)
	}
	if r.Group != nil || r.Digest != nil {
		c.wrong(path+".to", "destination %s writes to each person by themselves: a route to it neither gathers nor digests", name)
	}
}
