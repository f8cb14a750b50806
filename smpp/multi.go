package smpp

// A Multi is the body of submit_multi: a Message to several destinations. SMPP 3.4 §4.5.1
type Multi struct {
	Dests   []Dest // up to 254
	Message        // whose Dest is not used
}

// A Dest is an address, or the name of a distribution list. SMPP 3.4 §4.5.1.1
type Dest struct {
	Flag    uint8 // DestAddress or DestList
	Address Address
	List    string // up to 20 octets
}

// The dest_flags. SMPP 3.4 §5.2.25
const (
	DestAddress = 1
	DestList    = 2
)

func (m *Multi) code(c *codec) {
	c.cstring("service_type", &m.ServiceType, 6)
	c.address("source_addr", &m.Source, shortAddress)
	for i := range c.count("number_of_dests", len(m.Dests)) {
		if c.reading {
			m.Dests = append(m.Dests, Dest{})
		}
		m.Dests[i].code(c)
		if c.err != nil {
			return
		}
	}
	m.codeContent(c)
}

func (d *Dest) code(c *codec) {
	octet(c, "dest_flag", &d.Flag)
	switch d.Flag {
	case DestAddress:
		c.address("destination_addr", &d.Address, shortAddress)
	case DestList:
		c.cstring("dl_name", &d.List, 21)
	default:
		c.fail("dest_flag", c.at-1, "is neither 1 nor 2")
	}
}

// A MultiResp is the body of submit_multi_resp. SMPP 3.4 §4.5.2
type MultiResp struct {
	MessageID string
	Failed    []Unsuccessful // up to 255
	TLVs      TLVs
}

// An Unsuccessful is a destination a submit_multi did not reach, and why. SMPP 3.4 §4.5.2.1
type Unsuccessful struct {
	Address Address
	Status  Status
}

func (m *MultiResp) code(c *codec) {
	c.cstring("message_id", &m.MessageID, 65)
	for i := range c.count("no_unsuccess", len(m.Failed)) {
		if c.reading {
			m.Failed = append(m.Failed, Unsuccessful{})
		}
		c.address("destination_addr", &m.Failed[i].Address, shortAddress)
		c.status("error_status_code", &m.Failed[i].Status)
		if c.err != nil {
			return
		}
	}
	c.tlvs(&m.TLVs)
}
