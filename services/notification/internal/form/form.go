// Package form shows a notification as JSON, the same way on the stream and on
// every channel: the field names of its schema, one line, no blanks, so that a
// signature over it holds however often it is made.
package form

import (
	"bytes"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// JSON is the notification's form. It fails only for text that is not UTF-8.
func JSON(n *notificationv1.Notification) ([]byte, error) {
	loose, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(n)
	if err != nil {
		return nil, fmt.Errorf("write notification %s as JSON: %w", n.GetId(), err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, loose); err != nil {
		return nil, fmt.Errorf("write notification %s as JSON: %w", n.GetId(), err)
	}
	return b.Bytes(), nil
}
