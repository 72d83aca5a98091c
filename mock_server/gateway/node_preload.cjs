// Sends http, https and the built-in fetch of Node to the gateway: for the hosts that it serves, and
// for all others, which it refuses with a text. Loopback and the hosts in NO_PROXY are reached
// directly, and so is what is not HTTP (a database).
"use strict";
const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const tls = require("node:tls");
const { syncBuiltinESMExports } = require("node:module");
const { Duplex } = require("node:stream");

const listed = (name) => (process.env[name] || "").toLowerCase().split(/[\s,]+/).filter(Boolean);
const served = new Set(listed("YESPO_MOCK_GATEWAY_HOSTS"));
const direct = listed("NO_PROXY").map((each) => each.replace(/^\*?\./, ""));
const gateway = process.env.YESPO_MOCK_GATEWAY || "";
const colon = gateway.lastIndexOf(":");
const place = { port: Number(gateway.slice(colon + 1)), host: gateway.slice(0, colon).replace(/[[\]]/g, "") };
const original = { net: net.connect, tls: tls.connect, agent: http.Agent.prototype.createConnection, secure: https.Agent.prototype.createConnection };

const bare = (host) => String(host || "localhost").toLowerCase().replace(/[[\]]/g, "").replace(/\.$/, "");

// Whether a connection is to be led to the gateway.
function isLed(host) {
  const name = bare(host);
  if (served.has(name)) return true;
  if (name === place.host || /^127\.|^::1$|(^|\.)localhost$/.test(name)) return false;
  return !direct.some((each) => name === each || name.endsWith(`.${each}`));
}

// A stream that is there at once, and whose bytes wait until the gateway has answered.
class Tunnel extends Duplex {
  constructor(host, port) {
    super();
    this.waiting = [];
    this.connecting = true;
    this.socket = original.net(place);
    this.socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    let head = Buffer.alloc(0);
    const answered = (data) => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!/^HTTP\/1\.1 200/.test(head.toString("latin1", 0, 12))) {
        const size = Number(/^content-length: *(\d+)/im.exec(head.toString("latin1", 0, end))?.[1] || 0);
        if (head.length >= end + 4 + size) this.refuse(head.toString("utf8", end + 4).trim());
        return;
      }
      this.socket.off("data", answered);
      this.socket.on("data", (chunk) => this.push(chunk) || this.socket.pause());
      this.connecting = false;
      for (const [chunk, done] of this.waiting) this.socket.write(chunk, done);
      this.waiting = [];
      this.emit("connect");
      this.emit("ready");
    };
    this.socket.on("data", answered);
    this.socket.on("end", () => (this.connecting ? this.refuse("the gateway does not answer") : this.push(null)));
    this.socket.on("error", (error) => this.destroy(error));
    this.socket.on("close", () => this.destroy());
  }
  refuse(text) {
    this.destroy(Object.assign(new Error(`yespo-mock: ${text}`), { code: "EYESPOMOCK" }));
  }
  _read() {
    this.socket.resume();
  }
  _write(chunk, _encoding, done) {
    if (this.connecting) this.waiting.push([chunk, done]);
    else this.socket.write(chunk, done);
  }
  _final(done) {
    this.socket.end(done);
  }
  _destroy(error, done) {
    this.socket.destroy();
    done(error);
  }
  ref() {
    this.socket.ref();
    return this;
  }
  unref() {
    this.socket.unref();
    return this;
  }
  setNoDelay() {
    return this;
  }
  setKeepAlive() {
    return this;
  }
  setTimeout() {
    return this;
  }
}

// What a call such as connect(options), connect(port, host) or connect(port, options) asks for.
function asked(given) {
  const options = given.find((each) => each !== null && typeof each === "object" && !Array.isArray(each)) || {};
  const port = options.port || (/^\d+$/.test(String(given[0])) ? Number(given[0]) : 0);
  const host = options.host || options.servername || (typeof given[1] === "string" ? given[1] : "");
  const done = given.find((each) => typeof each === "function");
  return { options, port: Number(port), host, done, isPath: Boolean(options.path || options.socketPath) };
}

const isHttp = ({ options }) => [].concat(options.ALPNProtocols || []).some((each) => /^h(2|ttp)/.test(each));

if (served.size && colon > 0) {
  let isByAgent = false;
  https.Agent.prototype.createConnection = function (...given) {
    isByAgent = true;
    try {
      return original.secure.apply(this, given);
    } finally {
      isByAgent = false;
    }
  };
  tls.connect = function (...given) {
    const call = asked(given);
    const isOurs = served.has(bare(call.host)) || isByAgent || call.port === 443 || isHttp(call);
    if (call.options.socket || !isOurs || !isLed(call.host)) return original.tls.apply(this, given);
    const inner = { servername: call.host, ...call.options, socket: new Tunnel(call.host, call.port || 443), lookup: undefined };
    return original.tls.call(this, inner, ...(call.done ? [call.done] : []));
  };
  const plain = (direct, isAll) =>
    function (...given) {
      const call = asked(given);
      const isOurs = isAll || served.has(bare(call.host)) || call.port === 80;
      if (call.isPath || !isOurs || !isLed(call.host)) return direct.apply(this, given);
      const tunnel = new Tunnel(call.host, call.port || 80);
      if (call.done) tunnel.once("connect", call.done);
      return tunnel;
    };
  net.connect = net.createConnection = plain(original.net, false);
  http.Agent.prototype.createConnection = plain(original.agent, true);
  syncBuiltinESMExports();
}
