import { readFileSync } from "node:fs";
const answer = await fetch("https://esputnik.com/api/v1/event", {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: "Basic c2hvcDprZXk=" },
  body: readFileSync(process.argv[2]),
});
process.exit(answer.status === 200 ? 0 : 1);
