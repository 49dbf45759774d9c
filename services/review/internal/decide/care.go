package decide

import "fmt"

// Claim says that a leader takes care of the decision. Another may take it over;
// it hinders nobody from deciding, and ends with the decision.
func (c *Case) Claim(cmd Command) (Event, error) {
	if err := c.allow(cmd, Leadership, Detected, NeedsInfo, PendingReview); err != nil {
		return Event{}, err
	}
	if c.ClaimedBy == cmd.By.ID {
		return Event{}, fmt.Errorf("claim what %s has claimed: %w", cmd.By.ID, ErrState)
	}
	e := cmd.event(WasClaimed, Event{Subject: c.ClaimedBy})
	c.ClaimedBy, c.ClaimedAt = cmd.By.ID, cmd.At
	c.sawIt(cmd)
	return c.advance(e, c.State), nil
}

// Release says that nobody in particular takes care of the decision any more.
func (c *Case) Release(cmd Command) (Event, error) {
	if err := c.allow(cmd, Leadership, Detected, NeedsInfo, PendingReview); err != nil {
		return Event{}, err
	}
	if c.ClaimedBy == "" {
		return Event{}, fmt.Errorf("release what nobody has claimed: %w", ErrState)
	}
	e := cmd.event(WasReleased, Event{Subject: c.ClaimedBy})
	c.unclaim()
	return c.advance(e, c.State), nil
}

// Assign gives the case to the command's technician; to nobody where there is none.
func (c *Case) Assign(cmd Command) (Event, error) {
	if err := c.allow(cmd, Agent, Detected, NeedsInfo, PendingReview, Approved, InProgress, Denied); err != nil {
		return Event{}, err
	}
	if c.Technician == cmd.Technician {
		return Event{}, fmt.Errorf("assign to who has it (%q): %w", c.Technician, ErrState)
	}
	c.Technician = cmd.Technician
	return c.advance(cmd.event(WasAssigned, Event{Subject: cmd.Technician}), c.State), nil
}
