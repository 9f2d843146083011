// Verifies webhooks from standard input by the reference library for JavaScript: [[secret, body, headers], ...] in, [true, false, ...] out.
const { Webhook } = require("standardwebhooks");

const verified = ([secret, body, headers]) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};
let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => console.log(JSON.stringify(JSON.parse(text).map(verified))));
