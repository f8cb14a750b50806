// TwilioQuest's own check of a fallback: the number must have one, and a request as from Twilio,
// without a MessageSid or an ErrorCode, must be answered with a Message. It prints its verdict. The
// game reads the answer with a lenient parser of HTML; so here letters may be small and XML open.
//
//	node quest.js NUMBER
const axios = require("axios");
const twilio = require("twilio");

const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token } = process.env;

const check = async (phoneNumber) => {
  const [number] = await twilio().incomingPhoneNumbers.list({ phoneNumber });
  if (!number) return "the number is not found";
  if (!number.smsFallbackUrl) return "the number has no fallback";
  const params = {
    ApiVersion: "2010-04-01", To: phoneNumber, From: "+15033088404", Body: "Anybody there?",
    ErrorUrl: number.smsUrl, AccountSid: account,
  };
  const { status, data } = await axios.post(number.smsFallbackUrl, new URLSearchParams(params), {
    headers: { "X-Twilio-Signature": twilio.getExpectedTwilioSignature(token, number.smsFallbackUrl, params) },
    validateStatus: null,
  });
  if (status < 200 || status > 299) return `the fallback answers ${status}`;
  return /<response[\s>].*<message[\s/>]/is.test(data) ? "passed" : "the fallback has no Message";
};

check(process.argv[2]).then(console.log);
