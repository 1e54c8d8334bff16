// `npm test [-- rust|ui|e2e ...]`: the set-up and then every stage, the seconds of each, and what was left out and why.

import { join } from "node:path";

import { root, runUntil } from "./programs.mjs";
import { setUpOrExit } from "./setup.mjs";
import { groups, stages, suitesLeftOut } from "./stages.mjs";

const limitMinutes = 75;
const started = Date.now();
const deadline = started + limitMinutes * 60_000;

const words = process.argv.slice(2).filter((word) => word !== "--yes");
const unknown = words.filter((word) => !groups.includes(word));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(", ")}. The groups are ${groups.join(", ")}; without one, all are run.`);
  process.exit(2);
}
const picked = words.length === 0 ? stages : stages.filter((stage) => stage.groups.some((group) => words.includes(group)));

const rows = [];
let leftOut = [];

/** Runs one step, keeps its seconds, and answers whether the next may follow. */
async function timed(title, step) {
  console.log(`\n--- ${title}`);
  const from = Date.now();
  const { ok, late } = await step();
  rows.push({ title, seconds: (Date.now() - from) / 1000, end: late ? `stopped: ${limitMinutes} minutes are over` : ok ? "" : "failed" });
  return ok;
}

function run(stage) {
  const [command, args, options = {}] = stage.command();
  const cwd = options.cwd ? join(root, options.cwd) : root;
  return runUntil(deadline, command, args, { cwd });
}

function printSummary() {
  const width = Math.max(...rows.map((row) => row.title.length));
  console.log("\nstage".padEnd(width + 3) + "seconds");
  for (const row of rows) console.log(`${row.title.padEnd(width + 2)}${row.seconds.toFixed(1).padStart(7)}  ${row.end}`.trimEnd());
  console.log(`${"all".padEnd(width + 2)}${((Date.now() - started) / 1000).toFixed(1).padStart(7)}`);
  for (const { title, reason } of leftOut) console.log(`left out: ${title}: ${reason}`);
}

let ok = await timed("set-up", async () => {
  await setUpOrExit({ forTests: true, assumeYes: process.argv.includes("--yes") });
  return { ok: true, late: false };
});

leftOut = suitesLeftOut();
for (const stage of picked) {
  if (!ok) break;
  const reason = stage.leftOut?.() ?? null;
  if (reason === null) ok = await timed(stage.title, () => run(stage));
  else leftOut.push({ title: stage.title, reason });
}

printSummary();

// The machine that guards the main branch must not turn green by leaving the window, the sound or a server out.
const guarded = leftOut.filter(({ title }) => ["the real window", "virtual microphone", "real Parse Server"].includes(title));
if (ok && process.env.CI && process.platform === "linux" && guarded.length > 0) {
  console.error("On Linux under CI these may not be left out.");
  ok = false;
}
process.exit(ok ? 0 : 1);
