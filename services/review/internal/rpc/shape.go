package rpc

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// as is m with what v says. What has an answer under /v1 that is no message has
// the same fields as one: so there is one shape of it, and a field that either
// lacks is an error here, and never left out in silence.
func as[M proto.Message](v any, m M) (M, error) {
	data, err := json.Marshal(v)
	if err == nil {
		err = protojson.Unmarshal(data, m)
	}
	if err != nil {
		return m, fmt.Errorf("make a %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return m, nil
}
