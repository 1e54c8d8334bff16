// `npm run soak [-- --rounds N] [--seed N]`: kills a practice at a random moment, again and again, in one data folder,
// and looks after each whether everything that was said is still there. The seed is printed; the same seed chooses the
// same moments.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { speechIsMissing, writeSpeech } from "./bench/speech.mjs";
import { answerOf, executable, isInstalled, runInForeground, targetFolder } from "./programs.mjs";

const scenario = "ask-for-a-raise";
const turnSeconds = 4;
const longestLife = 15_000;

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number.`);
  process.exit(2);
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function chances(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const [rounds, seed] = [option("rounds", 100), option("seed", Date.now() % 1_000_000)];
const chance = chances(seed);
console.log(`seed ${seed}, ${rounds} rounds`);

const missing = speechIsMissing();
if (missing !== null) {
  console.log(`left out: kill loops: ${missing}`);
  process.exit(process.env.CI ? 1 : 0);
}
if (!runInForeground("cargo", ["build", "--locked", "--package", "rehearse-cli"])) process.exit(1);

const cli = join(targetFolder, "debug", executable("rehearse-cli"));
const scratch = mkdtempSync(join(tmpdir(), "rehearse-soak-"));
const data = join(scratch, "data");
const speech = join(scratch, "speech.wav");
writeSpeech(speech, turnSeconds, 48_000);

/** What a command of the command line answers, as JSON; a refusal ends the run. */
function ask(...words) {
  const told = answerOf(cli, [...words, "--json", "--data-dir", data]);
  if (told === null) throw new Error(`rehearse-cli ${words.join(" ")} failed`);
  return told === "" ? null : JSON.parse(told);
}

/** Starts a practice and ends it without warning. Answers how long it lived, in milliseconds. */
async function practiseAndKill() {
  const inputs = Array.from({ length: 4 }, () => ["--input", speech]).flat();
  const child = spawn(cli, ["practise", scenario, "--realtime", ...inputs, "--data-dir", data], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const life = Math.round(chance() * longestLife);
  await Promise.race([pause(life), ended]);
  child.kill("SIGKILL");
  await ended;
  return life;
}

/** Every sound file below a folder. */
function sounds(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.mp3(\.part)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function plays(file) {
  return answerOf("ffmpeg", ["-nostdin", "-v", "error", "-xerror", "-f", "mp3", "-i", file, "-f", "null", "-"]) !== null;
}

let failed = 0;
try {
  for (let round = 1; round <= rounds; round += 1) {
    const life = await practiseAndKill();
    const silent = isInstalled("ffmpeg") ? sounds(data).filter((file) => !plays(file)) : [];
    ask("recover");
    ask("verify");
    const open = ask("sessions", "--limit", "100").filter((session) => session.status !== "ended");
    const good = silent.length === 0 && open.length === 0;
    if (!good) failed += 1;
    console.log(`${String(round).padStart(4)}  killed after ${String(life).padStart(5)} ms  ${good ? "all there" : `does not play: ${silent.join(" ") || "none"}; left open: ${open.length}`}`);
  }
} catch (error) {
  failed += 1;
  console.error(`${error.message} (seed ${seed}; the data is kept in ${data})`);
}
if (failed === 0) rmSync(scratch, { recursive: true, force: true });
console.log(`${rounds} rounds, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
