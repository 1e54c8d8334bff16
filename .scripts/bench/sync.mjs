// The sender against the official SDK, each with a server of its own that answers after 50 ms: 200 practices of 12 turns
// with 40 kB of sound each.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { answerOf, executable, root, runInForeground, targetFolder } from "../programs.mjs";

const [sessions, turns, bytes] = [200, 12, 40_000];
const roundTrip = 0.05;
const pool = 3;
const least = { against: 1, use: 0.9 };
const sdk = join(root, "tests/sdk");

export const title = "telling a server, against the official SDK";

export const leftOut = () => (existsSync(join(sdk, "node_modules")) ? null : "run `npm ci` in tests/sdk, which `npm test` does, for the SDK");

export async function measure() {
  const build = ["build", "--release", "--locked", "--package", "rehearse-sync", "--example", "sync_bench"];
  if (!runInForeground("cargo", build)) throw new Error("the bench of the sender was not built");
  const program = join(targetFolder, "release/examples", executable("sync_bench"));
  const child = spawn(program, [sessions, turns, bytes].map(String), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the bench of the sender has ended");
    return JSON.parse(value);
  };
  const ours = await line();
  const server = await line();
  const theirs = JSON.parse(answerOf("node", ["push.mjs"], { cwd: sdk, env: { ...process.env, SYNC_BENCH: JSON.stringify(server) }, stdio: ["ignore", "pipe", "inherit"] }) ?? "null");
  child.stdin.end();
  const told = await line();
  if (theirs === null) throw new Error("the SDK did not come to its end");
  for (const key of ["sessions", "turns", "evaluations", "files"]) {
    if (ours[key] !== told[key]) throw new Error(`${ours[key]} ${key} of the sender, ${told[key]} of the SDK`);
  }
  const against = theirs.seconds / ours.seconds;
  const use = (ours.requests * roundTrip) / pool / ours.seconds;
  return [
    {
      what: `${sessions} practices of ${turns} turns with ${bytes / 1000} kB each to a server 50 ms away, against the official SDK`,
      value: `${against.toFixed(2)} x (${ours.seconds.toFixed(0)} s, ${ours.requests} requests; SDK ${theirs.seconds.toFixed(0)} s, ${told.requests})`,
      bar: `>= ${least.against} x`,
      held: against >= least.against,
    },
    {
      what: "the same, of what three requests at a time could do",
      value: `${(use * 100).toFixed(0)} % (${ours.inFlight} at most at a time)`,
      bar: `>= ${least.use * 100} %`,
      held: use >= least.use && ours.inFlight <= pool,
    },
  ];
}
