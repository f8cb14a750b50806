package endpoint

import "encoding/json"

// Some is a list of names in a JSON body, or the string "all". nil means that it was not given.
type Some []string

const everything = "all"

// Everything returns the Some that includes everything.
func Everything() Some { return Some{everything} }

// All reports whether it includes everything.
func (s Some) All() bool { return len(s) == 1 && s[0] == everything }

// Names returns the names, or none if it includes everything.
func (s Some) Names() []string {
	if s.All() {
		return nil
	}
	return s
}

// MarshalJSON encodes everything as "all".
func (s Some) MarshalJSON() ([]byte, error) {
	if s.All() {
		return json.Marshal(everything)
	}
	return json.Marshal([]string(s))
}

// UnmarshalJSON decodes a list of strings or "all".
func (s *Some) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) == nil && word == everything {
		*s = Everything()
		return nil
	}
	return json.Unmarshal(b, (*[]string)(s))
}
