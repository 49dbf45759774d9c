package lenient

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Reason says for the one who sends a body why JSON could not be read from it, or not
// as what is asked for: json's own words name our types there.
func Reason(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &kind):
		return err
	case kind.Field == "":
		return fmt.Errorf("it is a JSON %.40s, and an object is read", kind.Value)
	}
	return fmt.Errorf("%.80s is a JSON %.40s, which is not read there", kind.Field, kind.Value)
}
