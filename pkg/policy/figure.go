package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// figures puts a threshold where the words of its reason or ground have
// {people}, {hours}, {days} or {percent}, and refuses what it does not know.
func (r *reader) figures(p *Policy) {
	for id, reason := range p.Reasons {
		path, known := "reasons."+string(id), p.reasonFigures(id)
		r.fill(&reason.Title, path+".title", known)
		r.fill(&reason.Description, path+".description", known)
		p.Reasons[id] = reason
	}
	for id, ground := range p.Grounds {
		path, known := "denial_grounds."+string(id), p.groundFigures(id)
		r.fill(&ground.Title, path+".title", known)
		r.fill(&ground.Description, path+".description", known)
		p.Grounds[id] = ground
	}
}

// reasonFigures are what the words of a reason may speak of, by name.
func (p *Policy) reasonFigures(id ReasonID) map[string]float64 {
	switch id {
	case AuthFailuresOver100:
		return map[string]float64{"people": float64(p.Claims.Stated.UnableOver)}
	case ProfileDiscrepancy100:
		return map[string]float64{"people": float64(p.Claims.Stated.WrongUsers)}
	case ReportsFailing24h:
		return spans(p.Claims.Stated.ReportsAfter)
	case UploadsFailing24h:
		return spans(p.Claims.Stated.UploadsAfter)
	case StaleTicket1w:
		known := spans(p.Claims.Stated.SilentFor)
		known["people"] = float64(p.Claims.Stated.Large)
		return known
	}
	return nil
}

// groundFigures are what the words of a ground may speak of, by name.
func (p *Policy) groundFigures(id GroundID) map[string]float64 {
	switch id {
	case SmallAudience:
		small := p.Claims.SmallAudience
		return map[string]float64{"people": float64(small.Under), "percent": float64(small.Percent)}
	case TechniciansActive:
		return spans(p.Claims.TechniciansActive.Within)
	}
	return nil
}

func spans(d time.Duration) map[string]float64 {
	return map[string]float64{"hours": d.Hours(), "days": d.Hours() / 24}
}

// fill replaces the figures in both languages.
func (r *reader) fill(w *Words, path string, known map[string]float64) {
	w.EN = r.fillText(w.EN, path+".en", ".", known)
	w.DE = r.fillText(w.DE, path+".de", ",", known)
}

// braces are a figure's place in a text, as "{people}".
var braces = regexp.MustCompile(`\{[^{}]*\}`)

func (r *reader) fillText(text, path, point string, known map[string]float64) string {
	return braces.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := known[strings.Trim(name, "{}")]
		if !ok {
			r.blame(path, fmt.Sprintf("has %s, for which there is no number here; known are: %s", name, list(sortedKeys(known))))
			return name
		}
		// Two decimals say enough of an odd number of minutes.
		short := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(value, 'f', 2, 64), "0"), ".")
		return strings.ReplaceAll(short, ".", point)
	})
}
