package salesforce

import "encoding/json"

// objects are the records of a body as the REST interface and Apex write them: one with
// its attributes, a list of such, or one under "records". Of another body there are none.
func objects(body []byte) (all []record) {
	var list []map[string]json.RawMessage
	var one map[string]json.RawMessage
	switch {
	case json.Unmarshal(body, &list) == nil:
	case json.Unmarshal(body, &one) != nil:
		return nil
	case one["records"] == nil:
		list = append(list, one)
	case json.Unmarshal(one["records"], &list) != nil:
		return nil
	}
	if len(list) > most {
		return nil
	}
	for _, members := range list {
		var of struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(members["attributes"], &of) != nil || of.Type == "" {
			return nil
		}
		native := map[string]any{}
		for name, raw := range members {
			var value any
			_ = json.Unmarshal(raw, &value) // it has been read once
			native[name] = value
		}
		all = append(all, record{kind: of.Type, fields: flat(members), native: native})
	}
	return all
}
