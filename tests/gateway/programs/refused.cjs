// Every way of Node to a host that the gateway does not serve; prints what each was told.
const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const get = (module, url, options) =>
  new Promise((done, fail) => module.get(url, options || {}, (answer) => done(answer.resume().statusCode)).on("error", fail));
const host = process.argv[2];
const ways = {
  http: () => get(http, `http://${host}/`),
  "http, own agent": () => get(http, `http://${host}:8080/`, { agent: new http.Agent({ keepAlive: true }) }),
  https: () => get(https, `https://${host}/`),
  "https, no agent": () => get(https, `https://${host}:8443/`, { agent: false }),
  "fetch http": () => fetch(`http://${host}/`),
  "fetch https": () => fetch(`https://${host}:8443/`),
  database: () => new Promise((done, fail) => net.connect(5432, "db.invalid").on("connect", done).on("error", fail)),
};
(async () => {
  for (const [name, way] of Object.entries(ways)) {
    const told = await way().catch((error) => (error.cause || error).message);
    console.log(`${name}: ${told}`);
  }
})();
