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
			"summary": "Notifications as server-sent events: notification.v1.Notification in JSON as data, its position as id; it goes on until the caller leaves.",
			"parameters": []object{
				{
					"name": "audience", "in": "query", "description": "whose; leadership where it is not said",
					"schema": object{"type": "string", "enum": []string{"requester", "csm", "agent", "leadership"}},
				},
				{"name": "Last-Event-ID", "in": "header", "description": "go on after this event", "schema": object{"type": "string"}},
			},
			"responses": object{
				"200":     answer("events, and comments that show that the stream lives", "text/event-stream", object{"type": "string"}),
				"default": answer("refused: why, in a line", "text/plain", object{"type": "string"}),
			},
		}},
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
