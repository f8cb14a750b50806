package native

import "github.com/repli-sms/repli"

// step is a step of a chain: a URL and its method, or a bin.
type step struct {
	URL    string    `json:"url,omitempty"`
	Method string    `json:"method,omitempty"` // POST when missing
	Bin    repli.SID `json:"bin,omitempty"`
}

func showStep(s repli.Step) step { return step(s) }

// read returns the step at index i of a chain. What is wrong within it is for the chain to
// say; here it is only told what it is.
func (s step) read(i int) (repli.Step, error) {
	switch {
	case s.URL == "" && s.Bin == "":
		return repli.Step{}, repli.Errorf(20422, "Step %d (%s): a step needs a url or a bin", i+1, repli.StepName(i))
	case s.Bin != "" && s.Method != "":
		return repli.Step{}, repli.Errorf(20422, "Step %d (%s): a bin has no method", i+1, repli.StepName(i))
	case s.Bin != "":
		if sid, err := repli.ParseSID(string(s.Bin), repli.BinPrefix); err == nil {
			s.Bin = sid
		}
	case s.Method == "":
		s.Method = "POST"
	}
	return repli.Step(s), nil
}
