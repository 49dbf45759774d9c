package source

import "sync/atomic"

// A Register holds the book that counts now. Its zero value holds none.
type Register struct{ book atomic.Pointer[Book] }

// Follow goes by another book from now on.
func (r *Register) Follow(b *Book) { r.book.Store(b) }

// Now is the book that counts; nil, which knows nobody, of a nil register too.
func (r *Register) Now() *Book {
	if r == nil {
		return nil
	}
	return r.book.Load()
}
