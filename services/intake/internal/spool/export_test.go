package spool

// Roll has files end from so many bytes on, so that a test has several.
func (s *Spool) Roll(bytes int64) { s.roll = bytes }
