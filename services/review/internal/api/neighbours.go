package api

// neighbours are paths of the services that stand at the same address in
// `tocsin up`, written by hand: their shapes are those of the schemas
// ingress.v1 and notification.v1, which stand in proto.
func neighbours() map[string]object {
	refused := answer("refused: which field, and why; nothing was taken unless it was NDJSON", "application/problem+json", ref(problemSchema))
	return map[string]object{
		"/v1/tickets": {"post": object{
			"tags": []string{"intake"}, "operationId": "post_v1_tickets",
			"summary":     "Takes what happened to tickets: one event or an array of them (all or nothing), NDJSON, or protobuf (ingress.v1.TicketEvent).",
			"requestBody": taken("id", "source", "tenant", "ticket", "occurred_at"),
			"responses":   object{"202": answer("what is named is on disk", "application/json", stored()), "default": refused},
		}},
		"/v1/signals": {"post": object{
			"tags": []string{"intake"}, "operationId": "post_v1_signals",
			"summary":     "Takes what sensors saw: one signal or an array of them (all or nothing), NDJSON, or protobuf (ingress.v1.SignalBatch).",
			"requestBody": taken("id", "source", "occurred_at"),
			"responses":   object{"202": answer("what is named is on disk", "application/json", stored()), "default": refused},
		}},
		"/v1/stream": {"get": object{
			"tags": []string{"notification"}, "operationId": "get_v1_stream",
			"summary":    "Notifications as server-sent events: notification.v1.Notification in JSON as data, its position as id; it goes on until the caller leaves. By Accept also as CloudEvents in JSON, one on a line.",
			"parameters": streamParameters(),
			"responses": object{
				"200": object{"description": "events, and what shows that the stream lives: comments, empty lines", "content": object{
					"text/event-stream":            object{"schema": object{"type": "string"}},
					"application/x-ndjson":         object{"schema": object{"type": "string"}},
					"application/cloudevents+json": object{"schema": object{"type": "string"}},
				}},
				"default": answer("refused: why, in a line", "text/plain", object{"type": "string"}),
			},
		}},
	}
}

// streamParameters are what a reader of the stream may ask for.
func streamParameters() []object {
	asked := func(name, says string, schema object) object {
		return object{"name": name, "in": "query", "description": says, "schema": schema}
	}
	text := object{"type": "string"}
	several := object{"type": "array", "items": text}
	return []object{
		asked("audience", "whose; leadership where it is not said", object{"type": "string", "enum": []string{"requester", "csm", "agent", "leadership"}}),
		asked("tenant", "only of these tenants", several),
		asked("kind", "only of these kinds", several),
		asked("since", "begin at a time (RFC 3339), or so long ago, as 24h", text),
		asked("after", "go on after this position, where Last-Event-ID is not said", text),
		asked("live", "false: end with what is told by now", object{"type": "boolean"}),
		{"name": "Last-Event-ID", "in": "header", "description": "go on after this event", "schema": text},
	}
}

// taken is the body of events that intake takes, with the fields that each has to have.
func taken(fields ...string) object {
	one := object{"type": "object", "required": fields}
	return object{"required": true, "content": object{
		"application/json":     object{"schema": object{"oneOf": []object{one, {"type": "array", "items": one}}}},
		"application/x-ndjson": object{"schema": object{"type": "string"}},
		"application/protobuf": object{"schema": object{"type": "string", "format": "binary"}},
	}}
}

// stored is what intake answers: ids of what came as JSON, refused lines of NDJSON.
func stored() object {
	line := object{"type": "object", "properties": object{
		"line": object{"type": "integer"}, "field": object{"type": "string"}, "reason": object{"type": "string"},
	}}
	return object{"type": "object", "required": []string{"accepted"}, "properties": object{
		"accepted": object{"type": "integer"}, "ids": object{"type": "array", "items": object{"type": "string"}},
		"rejected": object{"type": "array", "items": line}, "rejected_lines": object{"type": "integer"},
	}}
}

func answer(says, kind string, schema any) object {
	return object{"description": says, "content": object{kind: object{"schema": schema}}}
}
