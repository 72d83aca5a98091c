// Runs the contract scenarios of yespo-mock against a server, with node:test (Node 18 or newer):
//   yespo-mock contracts export scenarios
//   yespo-mock exec -- node --test contracts.test.mjs
// It reads YESPO_MOCK_URL and, if the scenarios are elsewhere, SCENARIOS.
import assert from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const base = process.env.YESPO_MOCK_URL;
const folder = process.env.SCENARIOS ?? "scenarios";

async function call(method, path, { headers = {}, body, text } = {}) {
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const all = { Authorization: "Basic " + btoa("shop:key"), ...(content && { "Content-Type": "application/json" }), ...headers };
  const kept = Object.entries(all).filter(([, value]) => value !== null);
  const answer = await fetch(base + path, { method, headers: kept, body: content && Buffer.from(content) });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const control = async (path) => JSON.parse((await call("GET", `/_mock${path}`)).text);

// {"$repeat": "a", "times": 3} and {{name}}, in requests and expectations.
function filled(value, known) {
  if (Array.isArray(value)) return value.map((each) => filled(each, known));
  if (value?.$repeat !== undefined) {
    const one = filled(value.$repeat, known);
    return Array.isArray(one) ? Array(value.times).fill(one).flat() : one.repeat(value.times);
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, known)]));
  }
  if (typeof value !== "string") return value;
  const whole = value.match(/^{{(\w+)}}$/);
  return whole ? known[whole[1]] : value.replace(/{{(\w+)}}/g, (_, name) => known[name]);
}

const types = { integer: Number.isInteger, array: Array.isArray, object: (each) => each && typeof each === "object" && !Array.isArray(each) };

function matches(expected, seen, where) {
  if (expected === null) assert.equal(seen ?? null, null, where);
  else if (expected.$contains !== undefined) assert.ok(String(seen).includes(expected.$contains), `${where}: ${seen}`);
  else if (expected.$type !== undefined) assert.ok((types[expected.$type] ?? ((each) => typeof each === expected.$type))(seen), `${where}: ${seen}`);
  else if (Array.isArray(expected)) {
    const set = /\.(reasons|warnings)$/.test(where);
    assert.ok(Array.isArray(seen), where);
    if (where.endsWith(".trace")) return inOrder(expected, seen, where);
    assert.equal(seen.length, expected.length, `${where}: ${JSON.stringify(seen)}`);
    if (set) assert.deepEqual([...seen].sort(), [...expected].sort(), where);
    else expected.forEach((each, index) => matches(each, seen[index], `${where}[${index}]`));
  } else if (typeof expected === "object") {
    assert.ok(seen && typeof seen === "object", where);
    for (const [name, each] of Object.entries(expected)) matches(each, seen[name], `${where}.${name}`);
  } else assert.deepEqual(seen, expected, where);
}

function inOrder(expected, seen, where) {
  let at = 0;
  for (const step of expected) {
    while (at < seen.length && !fits(step, seen[at])) at += 1;
    assert.ok(at++ < seen.length, `${where}: no ${JSON.stringify(step)}`);
  }
}

function fits(expected, seen) {
  try {
    matches(expected, seen, "");
    return true;
  } catch {
    return false;
  }
}

for (const file of readdirSync(folder).filter((name) => /(?<!schema)\.json$/.test(name)).sort()) {
  const scenario = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
  test(`${file}: ${scenario.scenario}`, async () => {
    const known = {};
    await call("POST", "/_mock/reset", { body: {} });
    if (scenario.given) await call("POST", "/_mock/seed", { body: filled(scenario.given, known) });
    for (const [index, step] of scenario.steps.entries()) {
      const where = `step ${index + 1}`;
      const { method, path, ...rest } = filled(step.request, known);
      const before = (await control("/events?limit=1")).events[0]?.eventId ?? 0;
      const answer = await call(method, path, rest);
      const { status, headers = {}, body } = filled(step.response ?? {}, known);
      if (status) assert.equal(answer.status, status, `${where}: ${answer.text}`);
      for (const [name, each] of Object.entries(headers)) matches(each, answer.headers.get(name), `${where} ${name}`);
      if (typeof body === "string" || body?.$contains) matches(body, answer.text, where);
      else if (body !== undefined) matches(body, JSON.parse(answer.text), where);
      for (const [name, pointer] of Object.entries(step.capture ?? {})) {
        known[name] = pointer.split("/").slice(1).reduce((each, key) => each[key], JSON.parse(answer.text));
      }
      if (step.event === undefined) continue;
      // An id that is no higher than before is the event of an earlier step: there was none now.
      const event = (await control("/events?limit=1")).events[0];
      const fresh = event && event.eventId > before ? event : null;
      matches(filled(step.event, known), fresh, `${where} event`);
    }
    const { orders = {}, eventTypes = {}, contacts, events, requests } = filled(scenario.then ?? {}, known);
    for (const [id, expected] of Object.entries(orders)) {
      const answer = await call("GET", `/_mock/orders/${encodeURIComponent(id)}`);
      matches(expected, answer.status === 404 ? null : JSON.parse(answer.text), `order ${id}`);
    }
    const kinds = Object.keys(eventTypes).length ? (await control("/event-types")).eventTypes : [];
    for (const [key, expected] of Object.entries(eventTypes)) {
      matches(expected, kinds.find((each) => each.eventTypeKey === key), `event type ${key}`);
    }
    for (const [name, expected] of Object.entries({ contacts, events, requests })) {
      if (expected) matches(expected, (await control(`/${name}?limit=1000`))[name].reverse(), name);
    }
  });
}
