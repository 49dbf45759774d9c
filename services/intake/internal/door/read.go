package door

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/forms"
)

// maxBody is how large one object, array or protobuf message may be.
const maxBody = 512 << 10

// The content types that the doors read.
const (
	typeJSON     = "application/json"
	typeNDJSON   = "application/x-ndjson"
	typeProtobuf = "application/protobuf"
	typeForm     = "application/x-www-form-urlencoded" // what curl says of --data
)

// contentType is the request's media type; JSON where none is given.
func contentType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return typeJSON
	}
	switch t {
	case "application/x-protobuf":
		return typeProtobuf
	case typeForm:
		return typeJSON
	}
	return t
}

// body reads a bounded body whole.
func body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0), maxBody)+bytes.MinRead))
	_, err := data.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return data.Bytes(), err
}

// bufferOf is how many bytes of a body are read at once: no more than it has.
func bufferOf(r *http.Request) int {
	const most = 64 << 10
	if r.ContentLength < 0 || r.ContentLength > most {
		return most
	}
	return int(r.ContentLength) + 1
}

// message is a pointer to one of the ingress forms.
type message[T any] interface {
	*T
	proto.Message
}

// readJSON reads one object or an array, and refuses all if one is refused.
func readJSON[T any, M message[T]](data []byte, check func(M) error) ([]M, error) {
	parts := []json.RawMessage{data}
	array := len(bytes.TrimSpace(data)) > 0 && bytes.TrimSpace(data)[0] == '['
	if array {
		parts = nil
		if err := json.Unmarshal(data, &parts); err != nil {
			return nil, forms.Refuse("", "not a JSON array: %v", err)
		}
	}
	refused := &forms.Refused{}
	var out []M
	for i, part := range parts {
		if len(refused.Problems) >= maxRejected {
			break
		}
		m, err := readOne[T, M](part, check)
		var r *forms.Refused
		switch {
		case errors.As(err, &r):
			for _, p := range r.Problems {
				if array {
					p.Field = path(i, p.Field)
				}
				refused.Problems = append(refused.Problems, p)
			}
		case err != nil:
			return nil, err
		default:
			out = append(out, m)
		}
	}
	if len(refused.Problems) > 0 {
		return nil, refused
	}
	return out, nil
}

func path(i int, field string) string {
	if field == "" {
		return fmt.Sprintf("[%d]", i)
	}
	return fmt.Sprintf("[%d].%s", i, field)
}

func readOne[T any, M message[T]](data []byte, check func(M) error) (M, error) {
	m := M(new(T))
	if err := forms.JSON(data, m); err != nil {
		return nil, err
	}
	return m, check(m)
}
