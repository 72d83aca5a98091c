// Sends https and the built-in fetch of Node before 24 to the gateway, for the hosts it serves:
// whatever opens a TLS connection to one of them gets a tunnel through the gateway in its place.
"use strict";
const net = require("node:net");
const tls = require("node:tls");
const { Duplex } = require("node:stream");

const hosts = new Set((process.env.YESPO_MOCK_GATEWAY_HOSTS || "").split(",").filter(Boolean));
const gateway = process.env.YESPO_MOCK_GATEWAY || "";
const colon = gateway.lastIndexOf(":");

// A stream that is there at once, and whose bytes wait until the gateway has answered.
class Tunnel extends Duplex {
  constructor(host, port) {
    super();
    this.waiting = [];
    this.socket = net.connect(Number(gateway.slice(colon + 1)), gateway.slice(0, colon).replace(/[[\]]/g, ""));
    this.socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    let head = Buffer.alloc(0);
    const answered = (data) => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.socket.off("data", answered);
      const line = head.subarray(0, head.indexOf("\r\n")).toString();
      if (!/^HTTP\/1\.1 200/.test(line)) {
        this.destroy(new Error(`yespo-mock's gateway answered ${line}`));
        return;
      }
      this.socket.on("data", (chunk) => this.push(chunk) || this.socket.pause());
      this.open = true;
      for (const [chunk, done] of this.waiting) this.socket.write(chunk, done);
      this.waiting = [];
    };
    this.socket.on("data", answered);
    this.socket.on("end", () => this.push(null));
    this.socket.on("error", (error) => this.destroy(error));
    this.socket.on("close", () => this.destroy());
  }
  _read() {
    this.socket.resume();
  }
  _write(chunk, _encoding, done) {
    if (this.open) this.socket.write(chunk, done);
    else this.waiting.push([chunk, done]);
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
  }
  unref() {
    this.socket.unref();
  }
  setNoDelay() {}
  setKeepAlive() {}
  setTimeout() {
    return this;
  }
}

if (hosts.size && colon > 0) {
  const connect = tls.connect;
  tls.connect = function (...given) {
    const options = given.find((each) => each !== null && typeof each === "object" && !Array.isArray(each)) || {};
    const host = options.host || options.servername || (typeof given[1] === "string" ? given[1] : "");
    if (options.socket || !hosts.has(host)) return connect.apply(this, given);
    const done = given.find((each) => typeof each === "function");
    const port = options.port || (typeof given[0] === "number" ? given[0] : 443);
    const inner = { servername: host, ...options, socket: new Tunnel(host, port), lookup: undefined };
    return connect.call(this, inner, ...(done ? [done] : []));
  };
}
