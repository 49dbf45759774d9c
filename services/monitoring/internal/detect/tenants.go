package detect

import "slices"

// manyTenants is how many tenants one source may be the first to name, unless
// Options say otherwise.
const manyTenants = 100_000

// tenant gives the number of a signal's tenant. False: it is new, and its
// source has named as many new ones as it may, so that what one producer makes
// up cannot fill the memory of all.
func (e *Engine) tenant(s *Signal, source uint32) (uint32, bool) {
	id, known := e.names.known(s.Tenant)
	if known {
		return id, true
	}
	if e.named[source] >= e.opts.TenantsPerSource {
		return 0, false
	}
	e.named[source]++
	return e.names.id(s.Tenant), true
}

// codeNamed codes how many tenants each source has named first.
func (e *Engine) codeNamed(c *coder) {
	sources := make([]uint32, 0, len(e.named))
	for source := range e.named {
		sources = append(sources, source)
	}
	slices.Sort(sources)
	for i := range c.length(len(sources)) {
		var source uint32
		if !c.reading {
			source = sources[i]
		}
		c.name(&source)
		n := e.named[source]
		c.size(&n)
		e.named[source] = n
	}
}
