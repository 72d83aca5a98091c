// A shop whose host is written without https.
const http = require("node:http");
const headers = { "Content-Type": "application/json", Authorization: "Basic c2hvcDprZXk=" };
const request = http.request("http://esputnik.com/api/v1/event", { method: "POST", headers }, (answer) => {
  answer.resume();
  answer.on("end", () => process.exit(answer.statusCode === 200 ? 0 : 1));
});
request.end(require("node:fs").readFileSync(process.argv[2]));
