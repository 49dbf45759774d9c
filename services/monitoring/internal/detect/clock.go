package detect

// A clock is how far time has come for the rules.
//
// It follows the stamps of the input. Behind a gap it follows the event times
// of the backlog instead, until that is read.
type clock struct {
	gap    int64
	replay bool

	started bool
	stamp   int64 // the highest stamp: when a change is detected
	now     int64 // how far deadlines and windows are
	behind  bool
	quiet   bool // the last input was a tick
}

// reach takes the stamp and the event time of a signal.
func (c *clock) reach(stamp, at int64) {
	jumped := c.tell(stamp)
	c.quiet = false
	c.behind = (c.behind || jumped) && at < c.stamp-c.gap
	if c.behind {
		c.now = max(c.now, at)
	} else {
		c.now = c.stamp
	}
}

// tick takes the stamp of a tick.
func (c *clock) tick(stamp int64) {
	jumped := c.tell(stamp)
	c.behind = jumped || c.behind && !c.quiet
	c.quiet = true
	if !c.behind {
		c.now = c.stamp
	}
}

// tell takes the stamp of any input and reports whether a gap lies before it.
func (c *clock) tell(stamp int64) bool {
	if stamp == longAgo {
		return false
	}
	jumped := c.started && !c.replay && stamp-c.stamp > c.gap
	if !c.started || stamp > c.stamp {
		c.stamp = stamp
	}
	if !c.started {
		c.started, c.now = true, stamp
	}
	if jumped {
		c.behind = true
	}
	if !c.behind {
		c.now = c.stamp
	}
	return jumped
}

func (c *clock) code(k *coder) {
	k.flag(&c.started)
	k.int(&c.stamp)
	k.int(&c.now)
	k.flag(&c.behind)
	k.flag(&c.quiet)
}
