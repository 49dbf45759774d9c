// Package chat asks a model behind any endpoint that speaks OpenAI's chat
// completions: POST {base}/chat/completions, with the form of the answer as a
// strict JSON schema.
//
// It promises that the key goes to that address alone and into no error or log:
// plain HTTP is for this machine only, redirects are not followed, and of what an
// endpoint says when it refuses, nothing is passed on but its status. An answer
// is read up to a bound. Every failure is a second.Fault that says whether
// trying again helps, when, and whether it may have cost something.
package chat
