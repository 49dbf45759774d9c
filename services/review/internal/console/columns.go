package console

// The picture of a column chart, in its own units.
const (
	barsWide   = 600
	barsHigh   = 150
	barsTop    = 18 // for the numbers above
	barsFoot   = 22 // for the labels below
	barsAtMost = 14 // labels that fit beside each other
)

// A bars is a chart of columns, each with its number above it.
type bars struct {
	Title string
	Most  int
	Bars  []column
	Base  string // where the columns stand
	high  []int
}

// A column of a chart.
type column struct {
	X, Y, W, H     string
	Mid, Top       string // of the label, of the number
	Label, N, Text string
	// Shown says that there is room for the label.
	Shown bool
}

func (b *bars) add(label string, n int, text string) {
	number := ""
	if n > 0 {
		number = english.Number(n)
	}
	b.Bars = append(b.Bars, column{Label: label, N: number, Text: text})
	b.high = append(b.high, n)
	b.Most = max(b.Most, n)
}

// lay puts the columns in their places, once all are there.
func (b *bars) lay() {
	b.Base = tenth(barsHigh - barsFoot)
	wide := float64(barsWide) / float64(max(1, len(b.Bars)))
	each := (len(b.Bars) + barsAtMost - 1) / barsAtMost
	for i := range b.Bars {
		c := &b.Bars[i]
		tall := float64(b.high[i]) * (barsHigh - barsTop - barsFoot) / float64(max(1, b.Most))
		c.X, c.W = tenth(float64(i)*wide+wide*.12), tenth(wide*.76)
		c.Y, c.H = tenth(barsHigh-barsFoot-tall), tenth(tall)
		c.Mid, c.Top = tenth(float64(i)*wide+wide/2), tenth(barsHigh-barsFoot-tall-4)
		if c.Shown = each < 2 || i%each == 0; each > 2 {
			c.N = "" // the table has it
		}
	}
}
