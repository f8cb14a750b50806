// A Twilio Function as a customer would write it: it answers each text with a greeting.
exports.handler = (context, event, callback) => {
  const answer = new Twilio.twiml.MessagingResponse();
  answer.message(`Hello ${event.From}, you wrote: ${event.Body}`);
  callback(null, answer);
};
