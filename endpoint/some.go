package endpoint

import "encoding/json"

// Some is a list of names in a JSON body, or everything: there it is written "all". nil is what
// was not given.
type Some []string

const everything = "all"

// Everything returns the Some that leaves nothing out.
func Everything() Some { return Some{everything} }

// All reports whether it is everything.
func (s Some) All() bool { return len(s) == 1 && s[0] == everything }

// Names returns the names; there are none when it is everything.
func (s Some) Names() []string {
	if s.All() {
		return nil
	}
	return s
}

// MarshalJSON writes everything as "all".
func (s Some) MarshalJSON() ([]byte, error) {
	if s.All() {
		return json.Marshal(everything)
	}
	return json.Marshal([]string(s))
}

// UnmarshalJSON reads a list of texts or "all".
func (s *Some) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) == nil && word == everything {
		*s = Everything()
		return nil
	}
	return json.Unmarshal(b, (*[]string)(s))
}
