package topology

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

var (
	leaders = AudienceFilter("leadership")
	acme    = TenantFilter("leadership", "acme")
	askers  = AudienceFilter("requester")
)

func TestAMessageIsWantedIfItWasWhenItWasStoredAndEverSince(t *testing.T) {
	e := Eras{{10, []string{acme}}, {20, []string{leaders, askers}}, {30, []string{askers}}, {math.MaxUint64, []string{leaders, askers}}}
	for _, is := range []struct {
		audience, tenant string
		sequence         uint64
		want             bool
	}{
		{"leadership", "acme", 9, false}, // taken away at 20, given back at 30
		{"leadership", "acme", 31, true},
		{"leadership", "globex", 30, false},
		{"leadership", "globex", 31, true},
		{"requester", "acme", 10, false}, // not yet asked for
		{"requester", "acme", 11, true},
		{"requester", "acme", 31, true},
		{"agent", "acme", 31, false},
	} {
		if got := e.Want(NotificationSubject(is.audience, is.tenant, "c-1"), is.sequence); got != is.want {
			t.Errorf("%s of %s at %d: %v", is.audience, is.tenant, is.sequence, got)
		}
	}
	if all := erasOf(jetstream.ConsumerConfig{}); !all.Want("a.b", 1) || !all.Now("a.b") {
		t.Error("a consumer without a filter wants all")
	}
}

func TestErasStandBesideTheFiltersAndEndWhenNothingIsLeftOfThem(t *testing.T) {
	e := erasOf(jetstream.ConsumerConfig{FilterSubject: leaders})
	e = e.then(10, 0, []string{acme})
	e = e.then(10, 0, []string{leaders}) // nothing came meanwhile
	e = e.then(20, 5, []string{leaders, askers})
	want := Eras{{10, []string{leaders}}, {10, []string{acme}}, {20, []string{leaders}}, {math.MaxUint64, []string{leaders, askers}}}
	if !reflect.DeepEqual(e, want) {
		t.Fatalf("%v, want %v", e, want)
	}
	is := jetstream.ConsumerConfig{FilterSubjects: []string{leaders, askers}, Metadata: e.noted()}
	is.Metadata["_nats.ver"] = "2.15.2"
	if back := erasOf(is); !reflect.DeepEqual(back, want) {
		t.Errorf("read back %v", back)
	}
	if e = e.then(30, 20, []string{acme}); len(e) != 2 || e[0].Until != 30 {
		t.Errorf("done with 20: %v", e)
	}
}

func TestWhatAChangeTookAwayStaysAwayThoughNothingCameBeforeTheNext(t *testing.T) {
	e := erasOf(jetstream.ConsumerConfig{FilterSubjects: []string{leaders, askers}})
	for _, filters := range [][]string{{leaders}, {leaders, askers}, {leaders}, {leaders, askers}} {
		e = e.then(10, 9, filters)
		e = erasOf(jetstream.ConsumerConfig{FilterSubjects: filters, Metadata: e.noted()})
	}
	if e.Want(NotificationSubject("requester", "acme", "c-1"), 10) || !e.Want(NotificationSubject("leadership", "acme", "c-1"), 10) {
		t.Errorf("wanted by %v", e)
	}
	if len(e) != 3 {
		t.Errorf("%d eras of two lists of filters: %v", len(e), e)
	}
}

func TestErasFitIntoWhatAServerTakes(t *testing.T) {
	e := erasOf(jetstream.ConsumerConfig{FilterSubjects: []string{acme}})
	for i := range uint64(200) {
		e = e.then(i+1, 0, []string{TenantFilter("leadership", strings.Repeat("x", 1000)+fmt.Sprint(i)), leaders})
	}
	if n := e.size(); n > mostNoted || len(e) < 100 || e[len(e)-2].Until != 200 {
		t.Errorf("%d eras of %d bytes", len(e), n)
	}
}
