import assert from "node:assert";
import { afterEach, beforeEach, test } from "node:test";
import { readFileSync } from "node:fs";
import { YespoMock } from "./yespo-mock.mjs";

const mock = new YespoMock();
mock.watch({ beforeEach, afterEach });

async function send(change = (params) => params, authorization = "Basic " + btoa(`shop:${mock.apiKey}`)) {
  const event = JSON.parse(readFileSync(process.env.ORDER_CREATED, "utf8"));
  event.params = change(event.params);
  const headers = { "Content-Type": "application/json", Authorization: authorization };
  await fetch(`${mock.apiUrl}/v2/event`, { method: "POST", headers, body: JSON.stringify(event) });
}

test("applied", async () => {
  await mock.addContact({ phone: "380501234567" });
  await send();
  const order = await mock.assertOrder("12345679", { status: "INITIALIZED", totalCost: 258 });
  assert.equal(order.history.length, 1);
  assert.equal((await mock.waitForEvent({ order: "12345679" })).length, 1);
  assert.equal((await mock.assertMessage("380501234567", "Order 12345679")).channel, "sms");
  assert.deepEqual(await mock.sentMessages({ source: "api" }), []);
  await assert.rejects(mock.assertMessage("nobody"), /No message is for nobody/);
  await assert.rejects(mock.assertOrder("12345679", { status: "DELIVERED" }), /INITIALIZED, not DELIVERED/);
  await assert.rejects(mock.waitForEvent({ type: "never" }, { timeout: 0.1 }), /within 0.1 s/);
});

test("dropped", () => send((params) => params.filter(({ name }) => name !== "date")));

test("refused", () => send(undefined, "none"));
