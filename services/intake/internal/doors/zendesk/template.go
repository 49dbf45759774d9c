package zendesk

import "tocsin/services/intake/internal/template"

// form is our trigger's body, as Zendesk's placeholders fill it.
var form = template.Vendor{Name: "zendesk", Words: words, Nobody: []string{"0", "-1"}}
