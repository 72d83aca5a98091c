// yespo-mock in the tests of a Node project (Node 18 or newer; node:test, Jest, Vitest, Mocha).
// Copy this file beside your tests. It needs a running emulator: `yespo-mock exec -- node --test`
// sets the environment it reads, or give the URL of one that `yespo-mock serve` has started.
//
//   import { afterEach, beforeEach, test } from "node:test";
//   import { YespoMock } from "./yespo-mock.mjs";
//
//   const mock = new YespoMock();
//   mock.watch({ beforeEach, afterEach }); // clean before each test, nothing dropped after it
//
//   test("an order reaches Yespo", async () => {
//     await mock.addContact({ email: "ann@example.com" });
//     await checkout("1001"); // your code
//     await mock.assertOrder("1001", { status: "INITIALIZED" });
//   });

export class YespoMock {
  /**
   * url: of the server, without path; apiKey: what your code sends as password;
   * controlToken: if the server was started with one; account: with `--accounts per-key`.
   * What is not given comes from the environment that `yespo-mock exec` sets.
   */
  constructor({ url, apiKey, controlToken, account } = {}) {
    this.url = (url ?? process.env.YESPO_MOCK_URL ?? "").replace(/\/+$/, "");
    if (!this.url) {
      throw new Error("There is no emulator: run the tests under `yespo-mock exec --`, or give its url.");
    }
    this.apiUrl = `${this.url}/api`;
    this.apiKey = apiKey ?? process.env.YESPO_API_KEY ?? "key";
    this.headers = { "Content-Type": "application/json" };
    const token = controlToken ?? process.env.YESPO_MOCK_CONTROL_TOKEN;
    if (token) this.headers["X-Mock-Token"] = token;
    if (account) this.headers["X-Mock-Account"] = account;
  }

  /** Clean before each test; after it, fail when something was dropped. */
  watch({ beforeEach, afterEach }) {
    beforeEach(() => this.reset());
    afterEach(() => this.assertNothingDropped());
  }

  /** Back to the state after start-up. */
  reset() {
    return this.#call("POST", "/reset", {});
  }

  /** { email, phone, externalCustomerId, contactKey, pushToken, firstName, lastName }: any of them. */
  addContact(fields) {
    return this.#call("POST", "/contacts", fields);
  }

  /** Event records, the newest first: { type, verdict, reason, order, contact, … }. */
  async events(filters = {}) {
    return (await this.#call("GET", `/events?${new URLSearchParams({ limit: 1000, ...filters })}`)).events;
  }

  /** Waits until `count` events match, at most `timeout` seconds; answers them or throws. */
  async waitForEvent(filters = {}, { count = 1, timeout = 5 } = {}) {
    const query = new URLSearchParams({ ...filters, count, timeout });
    const answer = await fetch(`${this.url}/_mock/events/wait?${query}`, { headers: this.headers });
    if (answer.status === 408) {
      const wanted = JSON.stringify(filters);
      throw new Error(`No event ${wanted} within ${timeout} s.${await this.#lines(await this.#dropped())}`);
    }
    return (await read(answer)).events;
  }

  /** The order and its history, or null. */
  async order(externalOrderId) {
    const path = `/orders/${encodeURIComponent(externalOrderId)}`;
    const answer = await fetch(`${this.url}/_mock${path}`, { headers: this.headers });
    return answer.status === 404 ? null : read(answer);
  }

  /** The order exists and has these fields (text and number of the same value are equal). */
  async assertOrder(externalOrderId, expected = {}) {
    const order = await this.order(externalOrderId);
    const about = await this.#lines(await this.events({ order: externalOrderId }));
    if (!order) throw new Error(`There is no order ${externalOrderId}.${about}`);
    for (const [name, wanted] of Object.entries(expected)) {
      const seen = order[name];
      const same = String(seen) === String(wanted) || Number(seen) === Number(wanted);
      if (!same) {
        throw new Error(`Order ${externalOrderId}: ${name} is ${seen}, not ${wanted}.${about}`);
      }
    }
    return order;
  }

  /** Messages that would have been sent, the newest first: { recipient, source, event, type, q, … }. */
  async sentMessages(filters = {}) {
    return (await this.#call("GET", `/outbox?${new URLSearchParams({ limit: 1000, ...filters })}`)).messages;
  }

  /** The newest message to `recipient` is whole, and holds `contains`; answers it or throws. */
  async assertMessage(recipient, contains = "") {
    const [message] = await this.sentMessages({ recipient });
    if (!message) throw new Error(`No message is for ${recipient}.`);
    if (message.problem) throw new Error(`The message to ${recipient} was not sent: ${message.problem}`);
    const missing = message.missing.map((each) => `\n  ${each.expression}: ${each.why}`);
    if (missing.length) throw new Error(`The message to ${recipient} is not whole:${missing.join("")}`);
    if (!message.text.includes(contains)) {
      throw new Error(`The message to ${recipient} does not contain ${contains}: ${message.text}`);
    }
    return message;
  }

  /** Fails when an event was ignored or rejected, or a request was refused, and says why. */
  async assertNothingDropped() {
    const dropped = await this.#dropped();
    const { requests } = await this.#call("GET", "/requests?refused=true&limit=1000");
    if (dropped.length || requests.length) {
      const refused = requests.map((each) => {
        const notes = each.notes.map(({ message, fix }) => `\n    ${message}${mended(fix)}`);
        return `\n  ${each.method} ${each.path} was refused: ${each.status} ${each.reason}${notes.join("")}`;
      });
      throw new Error(`Yespo would have dropped this:${await this.#lines(dropped)}${refused.join("")}`);
    }
  }

  async #dropped() {
    const [ignored, rejected] = await Promise.all(
      ["ignored", "rejected"].map((verdict) => this.events({ verdict })),
    );
    return [...ignored, ...rejected];
  }

  async #lines(events) {
    const shown = events.map(async (event, at) => {
      const whole = event.hint && at < 20 ? await this.#call("GET", `/events/${event.eventId}`) : {};
      return explained(event) + mended(whole.fix);
    });
    return (await Promise.all(shown)).join("");
  }

  async #call(method, path, body) {
    const answer = await fetch(`${this.url}/_mock${path}`, {
      method,
      headers: this.headers,
      body: body && JSON.stringify(body),
    });
    return read(answer);
  }
}

async function read(answer) {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The emulator answered ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : null;
}

/** What has to be there first, and the JSON Patch of the body as sent. */
function mended(fix) {
  const first = (fix?.arrange ?? []).map(
    ({ method, path, body }) => `\n    first: ${method} ${path} ${JSON.stringify(body)}`,
  );
  return first.join("") + (fix?.patch.length ? `\n    fix: ${JSON.stringify(fix.patch)}` : "");
}

function explained({ eventTypeKey, eventKey, verdict, hint, trace }) {
  const why = trace.filter((step) => step.result === "failed").map((step) => `\n    ${step.message}`);
  const wayOut = hint ? `\n    ${hint}` : "";
  return `\n  ${eventTypeKey} ${eventKey ?? ""} was ${verdict}:${why.join("")}${wayOut}`;
}
