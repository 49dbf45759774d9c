package detect

// votes are how many there are to vote, and for what.
type votes struct {
	seen int
	say  int // what is demanded
	up   int
}

func (v *votes) count(say, up bool) {
	v.seen++
	if say {
		v.say++
	}
	if up {
		v.up++
	}
}

// tally counts the votes of the probers seen; where regions vote, those of the
// regions with a prober seen, each of which says what more than half of its
// probers do. Probers that name no region are one region.
func (v *verdict) tally(d *demand) votes {
	if !d.regions {
		var all votes
		for i := range v.probers {
			all.count(v.probers[i].status == d.status, v.probers[i].status == StatusUp)
		}
		return all
	}
	var few [8]regional
	regions := few[:0]
	for i := range v.probers {
		p := &v.probers[i]
		k := 0
		for k < len(regions) && regions[k].region != p.region {
			k++
		}
		if k == len(regions) {
			regions = append(regions, regional{region: p.region})
		}
		regions[k].count(p.status == d.status, p.status == StatusUp)
	}
	var all votes
	for i := range regions {
		r := &regions[i].votes
		all.count(2*r.say > r.seen, 2*r.up > r.seen)
	}
	return all
}

// regional votes are those of one region's probers.
type regional struct {
	region uint32
	votes
}

// newestUp is the event time of the newest UP result that stands.
func (v *verdict) newestUp() int64 {
	newest := longAgo
	for i := range v.probers {
		if v.probers[i].status == StatusUp {
			newest = max(newest, v.probers[i].at)
		}
	}
	return newest
}
