// Package docs holds the documentation a running server shows of itself.
package docs

import _ "embed"

// OpenAPI is the description of the native API, OpenAPI 3.1 in JSON.
//
//go:embed openapi.json
var OpenAPI []byte
