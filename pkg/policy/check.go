package policy

func (r *reader) check(p *Policy) {}
