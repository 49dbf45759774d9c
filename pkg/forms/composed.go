package forms

import "golang.org/x/text/unicode/norm"

// Composed is a name as it is told apart by: a letter and its accent as one character
// (Unicode's NFC), however a keyboard or a file system wrote them. Capitals stay, for
// they may be all that tells two apart.
func Composed(name string) string { return norm.NFC.String(name) }
