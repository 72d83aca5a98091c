// As axios and got do it in the end: Node's own https.
const https = require("node:https");
const headers = { "Content-Type": "application/json", Authorization: "Basic c2hvcDprZXk=" };
const request = https.request("https://esputnik.com/api/v1/event", { method: "POST", headers }, (answer) => {
  answer.resume();
  answer.on("end", () => process.exit(answer.statusCode === 200 ? 0 : 1));
});
request.end(require("node:fs").readFileSync(process.argv[2]));
