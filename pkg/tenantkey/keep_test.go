package tenantkey

import "testing"

func TestAnAnswerThatWasUnderWayBringsNoDestroyedKeyBack(t *testing.T) {
	r := &Ring{known: map[string]held{}}
	old, fresh := Key("old"), Key("fresh")
	r.keep("acme", held{old, 3})
	r.keep("acme", held{revision: 4}) // it is destroyed
	if r.keep("acme", held{old, 3}); r.seen("acme") != nil {
		t.Error("a key that was destroyed came back with an answer from before")
	}
	r.keep("acme", held{fresh, 5})
	if r.keep("acme", held{old, 3}); string(r.seen("acme")) != "fresh" {
		t.Errorf("the key is %q, want the one that was made last", r.seen("acme"))
	}
}
