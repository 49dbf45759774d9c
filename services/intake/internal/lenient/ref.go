package lenient

import "encoding/json"

// A Ref is somebody or something that is named by its id, by its name, or by an
// object with both. A mere text or number is both.
type Ref struct{ ID, Name string }

// ids and names are how vendors call them in an object, the most particular first.
var (
	ids   = []string{"accountId", "id", "value", "key", "name", "login", "email"}
	names = []string{"display_value", "displayName", "name", "summary", "label", "value", "login", "email", "id"}
)

// UnmarshalJSON never fails on valid JSON.
func (r *Ref) UnmarshalJSON(raw []byte) error {
	*r = Ref{}
	if len(raw) == 0 || raw[0] != '{' {
		text := Plain(raw)
		*r = Ref{ID: text, Name: text}
		return nil
	}
	var object map[string]scalar
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	*r = Ref{ID: among(object, ids), Name: among(object, names)}
	return nil
}

// among is the first of the members that says something.
func among(object map[string]scalar, members []string) string {
	for _, member := range members {
		if object[member] != "" {
			return string(object[member])
		}
	}
	return ""
}
