// What a shop's module calls when it is set up, and with its first order.
import { readFileSync } from "node:fs";
import { YespoMock } from "./yespo-mock.mjs";

const mock = new YespoMock();
const headers = {
  Authorization: `Basic ${Buffer.from(`shop:${mock.apiKey}`).toString("base64")}`,
  "Content-Type": "application/json",
};

async function call(method, path, body, status = 200) {
  const answer = await fetch(mock.apiUrl + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
}

const { siteId } = await call("POST", "/v1/site/domains", { domain: "shop.example" }, 201);
if (siteId !== 1) throw new Error(`siteId is ${siteId}`);
await call("POST", "/v1/site/domains", { domain: "shop.example" }, 400);
if (!(await call("GET", "/v1/site/script")).includes("<script>")) throw new Error("no script");
const contact = { channels: [{ type: "email", value: "first.customer@example.com" }, { type: "sms", value: "380501234567" }] };
const imported = await call("POST", "/v1/contacts", { dedupeOn: "email", contacts: [contact] });
await call("GET", `/v1/importstatus/${imported.asyncSessionId}`);
const { token } = await call("POST", "/v1/auth/contact/token", { email: "first.customer@example.com" });
if (!token) throw new Error("no token");
const order = JSON.parse(readFileSync(process.env.ORDER_CREATED, "utf8"));
await call("POST", "/v2/event", order);
const { id } = await call("POST", "/v1/messages/email", {
  name: "Confirmation",
  from: "info@shop.example",
  subject: "Order $!data.get('id')",
  htmlText: "<p>Thank you, $!data.get('name')</p>",
});
const { results } = await call("POST", `/v1/message/${id}/smartsend`, {
  email: true,
  recipients: [{ locator: "first.customer@example.com", jsonParam: JSON.stringify({ id: 1, name: "Ann" }) }],
});
const became = await call("GET", `/v1/message/status?ids=${results.requestId}`);
if (!became.results.delivered) throw new Error(JSON.stringify(became));
await mock.assertMessage("first.customer@example.com", "Thank you, Ann");
await mock.assertOrder(order.params.find((each) => each.name === "externalOrderId").value);
if ((await mock.sentMessages({ source: "api" })).length !== 1) throw new Error("not one message");
const { requests } = await (await fetch(`${mock.url}/_mock/requests?refused=true`)).json();
if (requests.length !== 1) throw new Error("only the second domain is refused");
console.log("set up");
