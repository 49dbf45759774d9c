package evaluate

// A Fact is how well one fact is read.
type Fact struct {
	Name string `json:"name"`
	// Exact is the share of notes where it is as labelled, unknown included.
	Exact Share `json:"exact"`
	// Stated is that share among the notes that state it.
	Stated Share `json:"stated"`
	// Unstated is that share among the notes that do not: nothing is read there.
	Unstated Share `json:"unstated"`
}

func (f *Fact) add(stated, right bool) {
	f.Exact.add(right)
	if stated {
		f.Stated.add(right)
	} else {
		f.Unstated.add(right)
	}
}

func facts(results []Result) []Fact {
	users, hours, environment := Fact{Name: "affected_users"}, Fact{Name: "duration_hours"}, Fact{Name: "environment"}
	for i := range results {
		r := &results[i]
		f := &r.Note.Label.Facts
		users.add(f.AffectedUsers != nil, same(r.users()))
		hours.add(f.DurationHours != nil, sameHours(r.hours()))
		environment.add(f.Environment != nil, same(r.environment()))
	}
	return []Fact{users, hours, environment}
}
