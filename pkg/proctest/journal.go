//go:build unix

package proctest

import (
	"bytes"
	"sync"
)

// A Journal keeps what a process says, and lets others wait for a word of it.
type Journal struct {
	mu   sync.Mutex
	text []byte
	news chan struct{}
}

// Write keeps what was said.
func (j *Journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = append(j.text, b...)
	if j.news != nil {
		close(j.news)
		j.news = nil
	}
	return len(b), nil
}

// Text is all that was said.
func (j *Journal) Text() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Clone(j.text)
}

// Len is how many bytes were said: a place in the journal.
func (j *Journal) Len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.text)
}

// Last is the end of what was said.
func (j *Journal) Last(n int) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.text[max(0, len(j.text)-n):])
}

// Holds says whether a word was said after a place.
func (j *Journal) Holds(word string, from int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Contains(j.text[from:], []byte(word))
}

// next is closed with the next that is said.
func (j *Journal) next() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.news == nil {
		j.news = make(chan struct{})
	}
	return j.news
}
