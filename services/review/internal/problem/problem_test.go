package problem

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
)

func TestEveryProblemSaysWhatToDo(t *testing.T) {
	seen := map[error]string{}
	for _, k := range kinds() {
		for _, err := range k.errors {
			if other, twice := seen[err]; twice {
				t.Errorf("%q is a problem of %s and of %s: only the first is ever told", err, other, k.name)
			}
			seen[err] = k.name
			p := Of(fmt.Errorf("try: %w", err))
			if p.Kind() != k.name || p.Status != k.status || p.Title == "" || p.Detail == "" || !strings.HasSuffix(p.Do, ".") && !strings.HasSuffix(p.Do, "…") {
				t.Errorf("%q is told as %+v", err, p)
			}
		}
	}
	for kind, err := range map[string]error{
		"too-large": TooLarge(10), "bad-request": BadRequest("id", "it is empty"), "unavailable": errors.New("disk full"), "not-allowed": &teach.UnsoundError{Text: "x"},
	} {
		if p := Of(err); p.Kind() != kind || p.Do == "" {
			t.Errorf("%v is told as %+v, want %s and what to do", err, p, kind)
		}
	}
}

func TestWhatIsHiddenAndWhatIsNotThereAreOneAnswer(t *testing.T) {
	hidden, none := Of(fmt.Errorf("deny case c-1 of globex: %w", decide.ErrHidden)), Of(fmt.Errorf("case c-2: %w", ledger.ErrNotFound))
	if !reflect.DeepEqual(hidden, none) || hidden.Status != http.StatusNotFound {
		t.Errorf("%+v and %+v", hidden, none)
	}
}

func TestWhatNobodyForesawTellsNothingOfWhatIsInside(t *testing.T) {
	if p := Of(errors.New("dial tcp 10.0.0.7:5432: refused")); p.Status != http.StatusServiceUnavailable || strings.Contains(p.Detail, "10.0.0.7") {
		t.Errorf("%+v", p)
	}
}

func TestWhoWasTooLateLearnsTheVersionThatIsThere(t *testing.T) {
	if p := Of(fmt.Errorf("deny: %w", &decide.StaleError{Seen: 3, Current: 5})); p.Kind() != "stale" || p.Version != 5 {
		t.Errorf("%+v", p)
	}
}
