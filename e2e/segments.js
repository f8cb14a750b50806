// Measures texts with Twilio's segment calculator. Reads one JSON string a line, answers
// one JSON object a line.
const readline = require("node:readline");
const { SegmentedMessage } = require("sms-segments-calculator");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const message = new SegmentedMessage(JSON.parse(line));
  console.log(JSON.stringify({
    encoding: message.getEncodingName(),
    units: message.encodedChars.reduce((sum, char) => sum + char.codeUnits.length, 0),
    segments: message.segmentsCount,
  }));
});
