package rest

// callForm is what Twilio's numbers and applications know about calls. It is taken, so that
// programs that set it go on working, and without effect.
type callForm struct {
	APIVersion           string `form:"ApiVersion"`
	StatusCallback       string `form:"StatusCallback"` // of calls, not of messages
	StatusCallbackMethod string `form:"StatusCallbackMethod"`
	VoiceCallerIDLookup  string `form:"VoiceCallerIdLookup"`
	VoiceFallbackMethod  string `form:"VoiceFallbackMethod"`
	VoiceFallbackURL     string `form:"VoiceFallbackUrl"`
	VoiceMethod          string `form:"VoiceMethod"`
	VoiceURL             string `form:"VoiceUrl"`
}

// lineForm is the same of numbers alone, with what is about addresses and regulation.
type lineForm struct {
	AddressSID          string `form:"AddressSid"`
	BundleSID           string `form:"BundleSid"`
	EmergencyAddressSID string `form:"EmergencyAddressSid"`
	EmergencyStatus     string `form:"EmergencyStatus"`
	IdentitySID         string `form:"IdentitySid"`
	TrunkSID            string `form:"TrunkSid"`
	VoiceApplicationSID string `form:"VoiceApplicationSid"`
	VoiceReceiveMode    string `form:"VoiceReceiveMode"`
}
