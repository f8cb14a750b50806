package smpp

// A Body is the part of a PDU after the header: a pointer to one of the types below. PDUs without
// one, such as enquire_link and most refusals, have a nil Body. Each type ends in the optional
// parameters, although the specification does not list any for some of them.
type Body interface{ code(c *codec) }

// A Bind is the body of bind_receiver, bind_transmitter and bind_transceiver.
// SMPP 3.4 §4.1.1, §4.1.3, §4.1.5. An outbind has the first two fields only, §4.1.7.
type Bind struct {
	SystemID   string // up to 15 octets
	Password   string // up to 8 octets; operators hand out longer ones, so 64 are read and written
	SystemType string // up to 12 octets
	Version    Version
	TON        TON
	NPI        NPI
	Range      string // addresses the ESME serves, up to 40 octets; mostly empty
	TLVs       TLVs
}

func (b *Bind) code(c *codec) {
	c.cstring("system_id", &b.SystemID, 16)
	c.cstring("password", &b.Password, 65)
	if c.command != Outbind {
		c.cstring("system_type", &b.SystemType, 13)
		octet(c, "interface_version", &b.Version)
		octet(c, "addr_ton", &b.TON)
		octet(c, "addr_npi", &b.NPI)
		c.cstring("address_range", &b.Range, 41)
	}
	c.tlvs(&b.TLVs)
}

// A BindResp is the body of the three answers to a bind. SMPP 3.4 §4.1.2
type BindResp struct {
	SystemID string
	TLVs     TLVs // TagInterfaceVersion
}

func (b *BindResp) code(c *codec) {
	c.cstring("system_id", &b.SystemID, 16)
	c.tlvs(&b.TLVs)
}

// A Message is the body of submit_sm and deliver_sm. SMPP 3.4 §4.4.1, §4.6.1. In a deliver_sm
// ScheduleTime, Validity, ReplaceIfPresent and DefaultID are zero.
type Message struct {
	ServiceType      string // up to 5 octets
	Source           Address
	Dest             Address
	ESMClass         ESMClass
	ProtocolID       uint8
	Priority         Priority
	ScheduleTime     string // see ParseTime
	Validity         string // see ParseTime
	Registered       RegisteredDelivery
	ReplaceIfPresent uint8
	DataCoding       DataCoding
	DefaultID        uint8
	ShortMessage     string // up to 254 octets, in the alphabet of DataCoding
	TLVs             TLVs
}

func (m *Message) code(c *codec) {
	c.cstring("service_type", &m.ServiceType, 6)
	c.address("source_addr", &m.Source, shortAddress)
	c.address("destination_addr", &m.Dest, shortAddress)
	m.codeContent(c)
}

// codeContent codes the fields after the destination, which submit_multi has too.
func (m *Message) codeContent(c *codec) {
	octet(c, "esm_class", &m.ESMClass)
	octet(c, "protocol_id", &m.ProtocolID)
	octet(c, "priority_flag", &m.Priority)
	c.cstring("schedule_delivery_time", &m.ScheduleTime, 17)
	c.cstring("validity_period", &m.Validity, 17)
	octet(c, "registered_delivery", &m.Registered)
	octet(c, "replace_if_present_flag", &m.ReplaceIfPresent)
	octet(c, "data_coding", &m.DataCoding)
	octet(c, "sm_default_msg_id", &m.DefaultID)
	c.shortMessage(&m.ShortMessage)
	c.tlvs(&m.TLVs)
}

// Octets returns the content of the message, encoded as DataCoding says: the short message, or if
// that is empty the TLV message_payload. SMPP 3.4 §5.3.2.32
func (m *Message) Octets() string {
	if m.ShortMessage != "" {
		return m.ShortMessage
	}
	payload, _ := m.TLVs.Get(TagMessagePayload)
	return payload
}

// A MessageResp is the body of the answers to submit_sm, deliver_sm and data_sm. SMPP 3.4
// §4.4.2, §4.6.2, §4.7.2. The id is empty in a deliver_sm_resp: Jasmin closes the connection
// if it is not.
type MessageResp struct {
	MessageID string // up to 64 octets
	TLVs      TLVs
}

func (m *MessageResp) code(c *codec) {
	c.cstring("message_id", &m.MessageID, 65)
	c.tlvs(&m.TLVs)
}

// A Data is the body of data_sm, whose text is in TagMessagePayload. SMPP 3.4 §4.7.1
type Data struct {
	ServiceType string
	Source      Address // up to 64 octets
	Dest        Address // up to 64 octets
	ESMClass    ESMClass
	Registered  RegisteredDelivery
	DataCoding  DataCoding
	TLVs        TLVs
}

func (d *Data) code(c *codec) {
	c.cstring("service_type", &d.ServiceType, 6)
	c.address("source_addr", &d.Source, longAddress)
	c.address("destination_addr", &d.Dest, longAddress)
	octet(c, "esm_class", &d.ESMClass)
	octet(c, "registered_delivery", &d.Registered)
	octet(c, "data_coding", &d.DataCoding)
	c.tlvs(&d.TLVs)
}

// Message returns d as a Message, so that it can be read like one from a deliver_sm.
func (d *Data) Message() *Message {
	return &Message{
		ServiceType: d.ServiceType, Source: d.Source, Dest: d.Dest, ESMClass: d.ESMClass,
		Registered: d.Registered, DataCoding: d.DataCoding, TLVs: d.TLVs,
	}
}

// A Query is the body of query_sm. SMPP 3.4 §4.8.1
type Query struct {
	MessageID string
	Source    Address
	TLVs      TLVs
}

func (q *Query) code(c *codec) {
	c.cstring("message_id", &q.MessageID, 65)
	c.address("source_addr", &q.Source, shortAddress)
	c.tlvs(&q.TLVs)
}

// A QueryResp is the body of query_sm_resp. SMPP 3.4 §4.8.2
type QueryResp struct {
	MessageID string
	FinalDate string // empty while the state is not final
	State     State
	ErrorCode uint8
	TLVs      TLVs
}

func (q *QueryResp) code(c *codec) {
	c.cstring("message_id", &q.MessageID, 65)
	c.cstring("final_date", &q.FinalDate, 17)
	octet(c, "message_state", &q.State)
	octet(c, "error_code", &q.ErrorCode)
	c.tlvs(&q.TLVs)
}

// A Cancel is the body of cancel_sm. An empty id means all messages of that pair of addresses.
// SMPP 3.4 §4.9.1
type Cancel struct {
	ServiceType string
	MessageID   string
	Source      Address
	Dest        Address
	TLVs        TLVs
}

func (k *Cancel) code(c *codec) {
	c.cstring("service_type", &k.ServiceType, 6)
	c.cstring("message_id", &k.MessageID, 65)
	c.address("source_addr", &k.Source, shortAddress)
	c.address("destination_addr", &k.Dest, shortAddress)
	c.tlvs(&k.TLVs)
}

// A Replace is the body of replace_sm. SMPP 3.4 §4.10.1
type Replace struct {
	MessageID    string
	Source       Address
	ScheduleTime string
	Validity     string
	Registered   RegisteredDelivery
	DefaultID    uint8
	ShortMessage string
	TLVs         TLVs
}

func (r *Replace) code(c *codec) {
	c.cstring("message_id", &r.MessageID, 65)
	c.address("source_addr", &r.Source, shortAddress)
	c.cstring("schedule_delivery_time", &r.ScheduleTime, 17)
	c.cstring("validity_period", &r.Validity, 17)
	octet(c, "registered_delivery", &r.Registered)
	octet(c, "sm_default_msg_id", &r.DefaultID)
	c.shortMessage(&r.ShortMessage)
	c.tlvs(&r.TLVs)
}

// An Alert is the body of alert_notification. SMPP 3.4 §4.12.1
type Alert struct {
	Source Address // up to 64 octets
	ESME   Address // up to 64 octets
	TLVs   TLVs    // TagMSAvailability
}

func (a *Alert) code(c *codec) {
	c.address("source_addr", &a.Source, longAddress)
	c.address("esme_addr", &a.ESME, longAddress)
	c.tlvs(&a.TLVs)
}
