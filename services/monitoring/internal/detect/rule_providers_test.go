package detect

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

const (
	content     = "provider_content_missing"
	completions = "provider_completions_missing"
)

// sync brings so many of the items expected from provider p.
func (s *story) sync(tenant string, kind SyncKind, expected, present uint32, offset string) Signal {
	return s.add(tenant, at(offset), Signal{Kind: KindIntegrationSync, Sync: IntegrationSync{
		Provider: "p", Kind: kind, Expected: expected, Present: present,
	}})
}

func TestTheFirstEmptySyncAnHourAfterTheFirstOfItsRowRaises(t *testing.T) {
	for _, c := range []struct {
		last string
		want []string
	}{
		{"59m59.999999999s", nil},
		{"1h", []string{"1h0m0s raised " + content + " acme 60/60"}},
		{"25h", []string{"25h0m0s raised " + content + " acme 1500/60"}},
	} {
		s := newStory(t)
		s.sync("acme", SyncContent, 10, 0, "0s")
		s.sync("acme", SyncContent, 10, 0, "30m")
		s.sync("acme", SyncContent, 10, 0, c.last)
		s.want("acme", at("26h"), c.want...)
	}
}

func TestOneEmptySyncRaisesNothing(t *testing.T) {
	s := newStory(t)
	s.sync("acme", SyncContent, 10, 0, "0s")
	s.want("acme", at("100h"))
}

func TestItemsAreExpectedWhereThereWereSome(t *testing.T) {
	s := newStory(t)
	s.sync("acme", SyncContent, 0, 0, "0s") // nothing expected: ignored
	s.sync("acme", SyncContent, 0, 7, "1h")
	s.sync("acme", SyncContent, 0, 0, "2h")
	s.sync("acme", SyncContent, 0, 0, "3h")
	s.want("acme", at("4h"), "3h0m0s raised "+content+" acme 60/60")
}

func TestAnEmptySyncWithNothingExpectedIsIgnored(t *testing.T) {
	s := newStory(t)
	for h := range 9 {
		s.sync("acme", SyncContent, 0, 0, fmt.Sprint(h, "h"))
	}
	s.want("acme", at("10h"))
	if sum := Replay(s.rules, ReplayOptions{}, s.signals, func(Change) {}); sum.Ignored != 9 {
		t.Errorf("%+v", sum)
	}
	s.sync("acme", SyncContent, 1, 0, "8h30m") // the first of a row
	s.sync("acme", SyncContent, 0, 0, "10h")
	s.want("acme", at("10h"))
}

func TestASyncWithItemsBreaksTheRowAndClears(t *testing.T) {
	s := newStory(t)
	s.sync("acme", SyncContent, 10, 0, "0s")
	s.sync("acme", SyncContent, 10, 1, "30m")
	s.sync("acme", SyncContent, 10, 0, "31m")
	s.sync("acme", SyncContent, 10, 0, "1h30m")
	s.want("acme", at("2h"))
	s.sync("acme", SyncContent, 10, 0, "1h31m")
	raised := "1h31m0s raised " + content + " acme 60/60"
	s.want("acme", at("2h"), raised)
	s.sync("acme", SyncContent, 10, 3, "2h")
	s.want("acme", at("3h"), raised, "2h0m0s cleared "+content+" acme 0/60")
}

func TestASyncWithItemsOutranksTheEmptyOnesOfItsInstant(t *testing.T) {
	s := newStory(t)
	s.sync("acme", SyncContent, 10, 0, "0s")
	s.sync("acme", SyncContent, 10, 0, "1h")
	s.sync("acme", SyncContent, 10, 1, "1h")
	s.sync("acme", SyncContent, 10, 0, "2h") // the first of the new row
	s.want("acme", at("2h"))
}

func TestEachProviderAndKindIsAConditionOfItsOwn(t *testing.T) {
	s := newStory(t)
	for _, offset := range []string{"0s", "1h"} {
		s.sync("acme", SyncContent, 1, 0, offset)
		s.sync("acme", SyncCompletions, 1, 0, offset)
		s.sync("acme", SyncRequiredLearning, 1, 0, offset)
		s.signals[len(s.signals)-1].Sync.Provider = "other/one"
		s.sync("acme", SyncUnknown, 1, 0, offset)
	}
	var got []string
	for _, c := range s.replay(ReplayOptions{}) {
		got = append(got, c.Reason+" "+c.Subject)
	}
	want := []string{completions + " other/one/REQUIRED_LEARNING", completions + " p/COMPLETIONS", content + " p/CONTENT"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stated %q, want %q", got, want)
	}
}

func TestTheRowIsTheEvidence(t *testing.T) {
	s := newStory(t)
	s.rules.Samples = 3
	s.sync("acme", SyncContent, 10, 4, "0s")
	for m := 10; m <= 70; m += 10 {
		s.sync("acme", SyncContent, 10, 0, fmt.Sprint(m, "m"))
	}
	c := s.replay(ReplayOptions{})[0]
	if c.Value != 60 || c.Tenants != 1 || c.People != 0 || c.Window != 0 || !c.FirstAt.Equal(at("10m")) ||
		!reflect.DeepEqual(c.Evidence, []string{"test/s000006", "test/s000007", "test/s000008"}) {
		t.Errorf("stated %+v", c)
	}
}

func TestAProviderExpiresAWeekAfterTheLastRelevantSync(t *testing.T) {
	s := newStory(t)
	s.sync("acme", SyncContent, 10, 0, "0s")
	s.sync("acme", SyncContent, 10, 0, "1h")
	s.sync("acme", SyncContent, 0, 0, "2h") // ignored: no sync had items yet
	raised := "1h0m0s raised " + content + " acme 60/60"
	s.want("acme", at("169h").Add(-1), raised)
	expired := "169h0m0s expired " + content + " acme 0/60"
	s.want("acme", at("169h"), raised, expired)
	s.sync("acme", SyncContent, 10, 0, "170h") // the row is unbroken
	s.want("acme", at("171h"), raised, expired, "170h0m0s raised "+content+" acme 10200/60")
}

func TestSyncsOfATenantSayNothingOfThePlatform(t *testing.T) {
	s := newStory(t)
	for _, offset := range []string{"0s", "1h"} {
		s.sync("acme", SyncContent, 10, 0, offset)
		s.sync("", SyncContent, 10, 0, offset)
	}
	s.want("", at("2h"), "1h0m0s raised "+content+" acme 60/60", "1h0m0s raised "+content+" platform 60/60")
}

func TestALateSyncWithItemsCutsTheRowShort(t *testing.T) {
	raised := "1h0m0s raised " + content + " acme 60/60"
	for _, c := range []struct {
		full, stamp string
		want        []string
	}{
		{"30m", "1h10m", []string{raised, "1h0m0s withdrawn " + content + " acme 0/60"}},
		{"1h", "1h10m", []string{raised, "1h0m0s withdrawn " + content + " acme 0/60"}},
		{"30m", "1h10m1ns", []string{raised}}, // nothing withdraws it any more
		{"1h1ns", "1h20m", []string{raised, "1h0m0.000000001s cleared " + content + " acme 0/60"}},
	} {
		s := newStory(t)
		s.sync("acme", SyncContent, 10, 0, "0s")
		s.sync("acme", SyncContent, 10, 0, "1h")
		l := s.live(Options{Scopes: Tenants})
		for _, sig := range s.signals {
			l.apply(sig, sig.At)
		}
		l.tick(at("1h 1s"), at(c.stamp))
		l.restart()
		l.apply(s.sync("acme", SyncContent, 10, 5, c.full), at(c.stamp))
		compare(t, l.stated(), c.want)
	}
}

func TestALateEmptySyncThatBeginsTheRowEarlierRaisesAtTheLastOfIt(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.sync("acme", SyncContent, 10, 0, "100h"), at("100h"))
	l.apply(s.sync("acme", SyncContent, 10, 0, "30h"), at("100h")) // any age counts
	compare(t, l.stated(), []string{"100h0m0s raised " + content + " acme 4200/60"})
}

func TestALateSyncWithItemsShowsThatTheyWereExpected(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.sync("acme", SyncContent, 0, 0, "1h"), at("1h"))
	l.apply(s.sync("acme", SyncContent, 0, 0, "2h"), at("2h"))
	l.restart()
	l.apply(s.sync("acme", SyncContent, 0, 9, "0s"), at("2h"))
	compare(t, l.stated(), []string{"2h0m0s raised " + content + " acme 60/60"})
}

func TestASyncThatIsNeitherInItsWeekNorTheNewestIsTooLate(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.sync("acme", SyncContent, 10, 0, "1h"), at("1h"))
	l.apply(s.sync("acme", SyncContent, 10, 0, "2h"), at("2h"))
	raised := "2h0m0s raised " + content + " acme 60/60"
	for h := 3; h <= 168; h++ {
		l.apply(s.sync("acme", SyncContent, 10, 0, fmt.Sprint(h, "h")), at(fmt.Sprint(h, "h")))
	}
	l.apply(s.sync("acme", SyncContent, 10, 5, "0s"), at("168h"))
	if len(l.refusals) != 1 || l.refusals[0].Reason != Late {
		t.Errorf("refused: %v", l.refusals)
	}
	compare(t, l.stated(), []string{raised})
}

func TestALongRowIsRememberedByItsLastSyncs(t *testing.T) {
	s := newStory(t)
	s.rules.Providers.Expire = 10 * time.Hour
	l := s.live(Options{Scopes: Tenants})
	var sizes []int
	for h := range 1000 {
		for _, sig := range []Signal{
			s.sync("acme", SyncContent, 10, 0, fmt.Sprint(h, "h")),
			s.sync("acme", SyncCompletions, 0, 0, fmt.Sprint(h, "h")), // ignored
		} {
			l.apply(sig, sig.At)
		}
		if h%500 == 499 {
			sizes = append(sizes, len(l.snapshot()))
		}
	}
	if sizes[0] != sizes[1] {
		t.Errorf("snapshots grow: %v bytes", sizes)
	}
	if st, _ := l.e.Standing("acme", content, "p/CONTENT"); st.Value != 999*60 {
		t.Errorf("%+v", st)
	}
}

func TestARepeatedSyncChangesNothing(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	first := s.sync("acme", SyncContent, 10, 0, "0s")
	second := s.sync("acme", SyncContent, 10, 0, "30m")
	for _, sig := range []Signal{first, second, first, second} {
		l.apply(sig, at("30m"))
	}
	second.At = at("90m")
	l.apply(second, at("90m"))
	compare(t, l.stated(), nil)
	if sum := l.e.Summary(); sum.Duplicates != 2 || sum.Conflicting != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestASyncWithItemsBeforeARowThatHoldsMakesNoExpiryAClear(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	for _, offset := range []string{"0s", "1h", "3h", "4h"} {
		l.apply(s.sync("acme", SyncContent, 10, 0, offset), at(offset))
	}
	l.apply(s.sync("acme", SyncContent, 10, 9, "2h"), at("4h"))
	l.e.Advance(at("173h"))
	l.got = append(l.got, l.e.Advance(at("173h"))...)
	compare(t, l.stated(), []string{
		"1h0m0s raised " + content + " acme 60/60", "172h0m0s expired " + content + " acme 0/60",
	})
}

func TestTheNewestSyncCountsAtAnyAge(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.sync("acme", SyncContent, 0, 9, "0s"), at("200h"))
	l.apply(s.sync("acme", SyncContent, 0, 0, "200h"), at("200h"))
	l.apply(s.sync("acme", SyncContent, 0, 0, "201h"), at("201h"))
	compare(t, l.stated(), []string{"201h0m0s raised " + content + " acme 60/60"})
	if len(l.refusals) > 0 {
		t.Errorf("refused: %v", l.refusals)
	}
}

func TestALateSyncWithItemsTakesTheEmptyOnesOfItsInstantWithIt(t *testing.T) {
	s := newStory(t)
	l := s.live(Options{Scopes: Tenants})
	l.apply(s.sync("acme", SyncContent, 10, 0, "0s"), at("0s"))
	l.apply(s.sync("acme", SyncContent, 10, 9, "0s"), at("5m"))
	l.apply(s.sync("acme", SyncContent, 10, 0, "1h"), at("1h"))
	compare(t, l.stated(), nil)
}

func TestSyncsThatComeSeldomAreEvidenceHoweverOld(t *testing.T) {
	s := newStory(t)
	s.sync("acme", SyncContent, 10, 0, "0s")
	s.sync("acme", SyncContent, 10, 0, "240h")
	c := s.replay(ReplayOptions{})[0]
	if want := []string{"test/s000001", "test/s000002"}; !reflect.DeepEqual(c.Evidence, want) || !c.FirstAt.Equal(at("0s")) {
		t.Errorf("stated %+v", c)
	}
}
