// Package cloudevent reads CloudEvents 1.0 as they travel over HTTP and NATS: in
// binary mode (attributes in headers ce-*, data in the body), structured (all in one
// JSON object) and as a JSON batch.
//
// It promises that an [Event] has all that the specification requires, that a header
// value has been taken out of its quotes and its percent-encoding once, that names of
// headers are known in whatever case, and that a refusal (*forms.Refused) names each
// attribute that is wrong as the sender wrote it: ce-id in a header, id in JSON.
//
// Extensions are attributes like all others. What is in the data, and what an event's
// type means, it leaves to who reads it; a dataschema is not fetched.
package cloudevent
