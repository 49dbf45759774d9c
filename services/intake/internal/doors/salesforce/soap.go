package salesforce

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"tocsin/services/intake/internal/webhook"
)

// most is how many notifications Salesforce puts into a message.
const most = 100

// deepest is how deep an outbound message's elements stand; no more is read.
const deepest = 12

// isSOAP says whether a body is XML.
func isSOAP(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// ack is what Salesforce asks to hear of a message that was taken in.
const ack = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>` +
	`<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>` +
	`</soapenv:Body></soapenv:Envelope>
`

// answer acknowledges an outbound message; JSON is answered as from any vendor.
func answer(d webhook.Delivery) *webhook.Answer {
	if !isSOAP(d.Body) {
		return nil
	}
	return &webhook.Answer{ContentType: "text/xml; charset=utf-8", Body: []byte(ack)}
}

// records are the objects of an outbound message. Entities that it might declare
// itself are not known and end the reading.
func records(body []byte) ([]record, error) {
	var (
		all  []record
		path []string
		text strings.Builder
	)
	for x := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := x.Token()
		if errors.Is(err, io.EOF) && len(all) > 0 {
			return all, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: it holds no notification of an object", webhook.ErrBody)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", webhook.ErrBody, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			path = append(path, e.Name.Local)
			text.Reset()
			if len(path) > deepest || len(all) > most {
				return nil, fmt.Errorf("%w: it is no outbound message: it has too much in it", webhook.ErrBody)
			}
			if e.Name.Local == "sObject" {
				all = append(all, record{kind: kindOf(e), fields: map[string]string{}})
			}
		case xml.CharData:
			text.Write(e)
		case xml.EndElement:
			at := within(path)
			if at > 0 && len(all) > 0 && text.Len() > 0 {
				all[len(all)-1].fields[strings.Join(path[at:], ".")] = strings.TrimSpace(text.String())
			}
			path = path[:len(path)-1]
			text.Reset()
		}
	}
}

// within is where in the path the fields of an object begin; 0 is outside of one.
func within(path []string) int {
	for i, name := range path {
		if name == "sObject" && i+1 < len(path) {
			return i + 1
		}
	}
	return 0
}

// kindOf is the object's type, without the prefix of its namespace.
func kindOf(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "type" {
			_, kind, found := strings.Cut(a.Value, ":")
			if !found {
				kind = a.Value
			}
			return kind
		}
	}
	return ""
}
