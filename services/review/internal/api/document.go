package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"google.golang.org/protobuf/proto"

	"tocsin/services/review/internal/problem"

	schemas "tocsin/proto"
)

// object is a JSON object.
type object = map[string]any

// Names of schemas that a document has.
const (
	problemSchema = "Problem"
	connectSchema = "ConnectError"
	statusSchema  = "google.rpc.Status" // what the generator takes an error for
)

// document serves the OpenAPI 3.1 document of the routes and of the Connect service.
func document(routes []route) func(http.ResponseWriter, *http.Request) error {
	made := sync.OnceValues(func() ([]byte, error) { return Document(routes) })
	return func(w http.ResponseWriter, _ *http.Request) error {
		data, err := made()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err = w.Write(data)
		return err
	}
}

// Document is the OpenAPI 3.1 document: of the service what was generated, with
// the names that its JSON has here, and each route with its parameters and the
// schemas of what it takes and gives.
func Document(routes []route) ([]byte, error) {
	var doc struct {
		Paths      map[string]object `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(schemas.ReviewService(), &doc); err != nil {
		return nil, fmt.Errorf("read the generated document: %w", err)
	}
	for path := range doc.Paths {
		written(doc.Paths[path])
	}
	written(doc.Components.Schemas)
	delete(doc.Components.Schemas, statusSchema)
	doc.Components.Schemas[connectSchema] = connectError()
	var err error
	if doc.Components.Schemas[problemSchema], err = schemaOf(problem.Problem{}); err != nil {
		return nil, err
	}
	for _, r := range routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		operation, err := r.operation(method, path)
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", r.pattern, err)
		}
		if doc.Paths[path] == nil {
			doc.Paths[path] = object{}
		}
		doc.Paths[path][strings.ToLower(method)] = operation
	}
	maps.Copy(doc.Paths, neighbours())
	return json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Tocsin", "version": "1",
			"description": "Cases that leadership decides: the paths under /v1, and the same service over Connect, gRPC and gRPC-Web; and the doors of intake and notification. Fields are only added.",
		},
		"security": []object{{"token": []string{}}, {"session": []string{}}},
		"paths":    doc.Paths,
		"components": object{
			"schemas": doc.Components.Schemas,
			"securitySchemes": object{
				"token":   object{"type": "http", "scheme": "bearer"},
				"session": object{"type": "apiKey", "in": "cookie", "name": "tocsin_session", "description": "what the sign-in page of the console sets"},
			},
		},
	}, "", " ")
}

// operation is one route as the document says it.
func (r *route) operation(method, path string) (object, error) {
	op := object{"summary": r.says, "operationId": operationID(method, path), "tags": []string{strings.Split(path, "/")[2]}}
	var params []object
	for _, part := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			params = append(params, object{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	for _, p := range r.params {
		params = append(params, p.object())
	}
	if method != http.MethodGet {
		params = append(params, object{
			"name": "Idempotency-Key", "in": "header", "schema": object{"type": "string"},
			"description": "makes this the same order when it is sent again; with another body it is refused",
		})
	}
	if len(params) > 0 {
		op["parameters"] = params
	}
	answer, err := schemaOf(r.gives)
	if err != nil {
		return nil, err
	}
	op["responses"] = object{
		"200":     object{"description": "done", "content": object{"application/json": object{"schema": answer}}},
		"default": object{"description": "refused: why, and what to do", "content": object{"application/problem+json": object{"schema": ref(problemSchema)}}},
	}
	if r.takes == nil {
		return op, nil
	}
	body, err := schemaOf(r.takes)
	op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": body}}}
	return op, err
}

func (p param) object() object {
	schema := object{"type": "string"}
	if len(p.oneOf) > 0 {
		schema["enum"] = p.oneOf
	}
	out := object{"name": p.name, "in": "query", "description": p.says, "schema": schema}
	if p.many {
		out["schema"] = object{"type": "array", "items": schema}
	}
	return out
}

// operationID names an operation: get_v1_cases_id.
func operationID(method, path string) string {
	return strings.ToLower(method) + strings.NewReplacer("/", "_", "{", "", "}", "", "-", "_").Replace(path)
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// schemaOf is the schema of a value: a message's is among the generated ones.
func schemaOf(v any) (any, error) {
	if m, ok := v.(proto.Message); ok {
		return ref(string(m.ProtoReflect().Descriptor().FullName())), nil
	}
	return jsonschema.ForType(reflect.TypeOf(v), &jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[time.Time]():       {Type: "string", Format: "date-time"},
		reflect.TypeFor[json.RawMessage](): {},
		reflect.TypeFor[edition]():         {Types: []string{"integer", "string"}, Minimum: new(float64)},
	}})
}

// connectError is an error as Connect says it.
func connectError() object {
	return object{
		"type": "object", "required": []string{"code"},
		"properties": object{
			"code":    object{"type": "string", "description": "aborted, not_found, invalid_argument, failed_precondition, permission_denied, unauthenticated, resource_exhausted or unavailable"},
			"message": object{"type": "string"},
			"details": object{"type": "array", "items": object{
				"type": "object", "description": "with aborted a review.v1.VersionConflict: the case's current version",
				"properties": object{"type": object{"type": "string"}, "value": object{"type": "string"}, "debug": object{}},
			}},
		},
	}
}

// written gives the fields of generated schemas the names that they have in the
// JSON written here, which are the schema's own, and errors the form of Connect's.
func written(node any) {
	switch n := node.(type) {
	case []any:
		for _, one := range n {
			written(one)
		}
	case object:
		if n["$ref"] == "#/components/schemas/"+statusSchema {
			n["$ref"] = "#/components/schemas/" + connectSchema
		}
		for key, value := range n {
			written(value)
			switch fields := value.(type) {
			case object:
				if key == "properties" {
					n[key] = renamed(fields)
				}
			case []any:
				for i := range fields {
					if name, ok := fields[i].(string); ok && key == "required" {
						fields[i] = snake(name)
					}
				}
			}
		}
	}
}

func renamed(fields object) object {
	out := object{}
	for name, schema := range fields {
		out[snake(name)] = schema
	}
	return out
}

// snake turns protobuf's JSON name back into the field's own: decidedBy, decided_by.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
