// A real Parse Server with a PostgreSQL of its own: both in a temporary folder, both on loopback only.
//
// Prints one line of JSON when it answers ({"url", "appId", "restKey", "masterKey"}) or why it cannot
// ({"unavailable"}). An order is a line of JSON on standard input: {"unique": [class, column]}. When standard input
// ends it cleans up and ends too, so that nothing is left behind by a test that was killed.

import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const keys = { appId: "rehearse-parse", restKey: "rehearse-rest", masterKey: "rehearse-master" };
/** Seconds that PostgreSQL may take to come up on a busy machine. */
const patience = 60;

// Parse Server logs to standard output, on which nothing may stand but our lines.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const say = (line) => write(`${JSON.stringify(line)}\n`);

/** What this machine does not have; its message is the sentence to show. */
class Unavailable extends Error {}

/** The newest folder with PostgreSQL's programs: Debian keeps the server's off the path. */
function postgresPrograms() {
  const below = (folder, rest) =>
    existsSync(folder)
      ? readdirSync(folder)
          .sort((left, right) => right.localeCompare(left, "en", { numeric: true }))
          .map((name) => join(folder, name, rest))
      : [];
  const folders = [
    ...below("/usr/lib/postgresql", "bin"),
    ...below("/opt/homebrew/opt", "bin").filter((path) => path.includes("postgresql")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  const found = folders.find((folder) => ["initdb", "postgres", "psql"].every((name) => existsSync(join(folder, name))));
  if (!found) throw new Unavailable("PostgreSQL is not installed");
  return (name) => join(found, name);
}

/** PostgreSQL refuses to run as root: there its package's own user runs it. */
function ownUser() {
  if (process.getuid?.() !== 0) return {};
  const number = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  const [uid, gid] = [number("-u"), number("-g")];
  if (!uid || !gid) throw new Unavailable("there is no user postgres to run PostgreSQL as");
  return { uid, gid };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function run(program, words, options) {
  const done = spawnSync(program, words, { encoding: "utf8", ...options });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr || done.error}`);
}

/** Starts PostgreSQL in the folder and answers how to stop it and how to run SQL. */
async function startPostgres(folder) {
  const program = postgresPrograms();
  const user = ownUser();
  if (user.uid) chownSync(folder, user.uid, user.gid);
  const [data, port] = [join(folder, "data"), await freePort()];
  const asUser = { ...user, cwd: folder };
  run(program("initdb"), ["-D", data, "-U", "parse", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"], asUser);
  const settings = [`listen_addresses=127.0.0.1`, `unix_socket_directories=${folder}`, "fsync=off", "max_connections=40"];
  const server = spawn(program("postgres"), ["-D", data, "-p", String(port), ...settings.flatMap((one) => ["-c", one])], {
    ...asUser,
    stdio: "ignore",
  });
  const sql = (database, text) =>
    run(program("psql"), ["-q", "-h", "127.0.0.1", "-p", String(port), "-U", "parse", "-d", database, "-v", "ON_ERROR_STOP=1", "-c", text], { cwd: folder });
  const stop = async () => {
    if (server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
  };
  for (const until = Date.now() + patience * 1000; ; await pause(100)) {
    try {
      sql("postgres", "create database parse");
      return { port, stop, sql: (text) => sql("parse", text) };
    } catch (error) {
      if (Date.now() < until && server.exitCode === null) continue;
      await stop();
      throw error;
    }
  }
}

async function startParse(folder, databasePort) {
  // Uploads and logs go below the current folder.
  process.chdir(folder);
  const { default: parse } = await import("parse-server");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/parse`;
  const options = {
    appId: keys.appId,
    masterKey: keys.masterKey,
    restAPIKey: keys.restKey,
    databaseURI: `postgres://parse@127.0.0.1:${databasePort}/parse`,
    serverURL: url,
    publicServerURL: url,
    mountPath: "/parse",
    host: "127.0.0.1",
    port,
    silent: true,
    logLevel: "error",
    allowClientClassCreation: true,
    filesAdapter: { module: "@parse/fs-files-adapter", options: { filesSubDirectory: "lc" } },
    fileUpload: { enableForAnonymousUser: true, enableForAuthenticatedUser: true, enableForPublic: false },
  };
  const server = await parse.ParseServer.startApp(options);
  return { url, stop: () => server.server?.close() };
}

/** Makes a class with a text column where they are missing, and then the index. */
async function makeUnique({ url }, { sql }, [className, column]) {
  const headers = { "X-Parse-Application-Id": keys.appId, "X-Parse-Master-Key": keys.masterKey, "Content-Type": "application/json" };
  const body = JSON.stringify({ className, fields: { [column]: { type: "String" } } });
  for (const method of ["POST", "PUT"]) {
    const answer = await fetch(`${url}/schemas/${className}`, { method, headers, body });
    await answer.text();
  }
  sql(`create unique index if not exists "${className}_${column}_unique" on "${className}" ("${column}")`);
}

const folder = mkdtempSync(join(tmpdir(), "rehearse-parse-"));
const stops = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];

async function end(code) {
  process.chdir(tmpdir());
  for (const stop of stops.splice(0).reverse()) await Promise.resolve(stop()).catch(() => {});
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => end(1));
const orders = createInterface({ input: process.stdin });
orders.once("close", () => end(0));

try {
  const database = await startPostgres(folder);
  stops.push(database.stop);
  const parse = await startParse(folder, database.port);
  stops.push(parse.stop);
  orders.on("line", async (line) => {
    try {
      await makeUnique(parse, database, JSON.parse(line).unique);
      say({ done: true });
    } catch (error) {
      say({ done: false, error: String(error) });
    }
  });
  say({ url: parse.url, ...keys });
} catch (error) {
  say({ unavailable: error instanceof Unavailable ? error.message : String(error) });
  await end(1);
}
