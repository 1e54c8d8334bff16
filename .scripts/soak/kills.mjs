// Kills a practice (SIGKILL) again and again in one data folder, and looks after each time whether everything that was
// said is still there: at most 1 s of it lost, every file playable, every row that was told of found. The same seed
// chooses the same moments. Every third kill is aimed at the moment between the rename of a finished take and its
// commit, by watching the file appear.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

import { speechIsMissing, writeSpeech } from "../bench/speech.mjs";
import { answerOf, executable, runInForeground, targetFolder } from "../programs.mjs";
import { practiseUntilKilled } from "./victim.mjs";

const turnSeconds = 3;
const turns = 3;
const longestLife = 10_000;
const mostLost = 1_000;

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

function plays(file) {
  return answerOf("ffmpeg", ["-nostdin", "-v", "error", "-xerror", "-f", "mp3", "-i", file, "-f", "null", "-"]) !== null;
}

/** What is wrong after a kill, and what was lost. */
function lookAfter(ask, killed, earlier, empty) {
  const faults = [];
  const silent = killed.files.filter((file) => !plays(file));
  // What was begun less than a frame ago has nothing to play yet.
  const young = killed.takes.filter((take) => take.file.endsWith(".part") && take.spoken < mostLost).map((take) => take.file);
  for (const file of silent.filter((one) => !young.includes(one))) faults.push(`does not play: ${file}`);

  const done = ask("recover");
  // What was begun a frame or two ago holds nothing but the encoder's delay, and is named until somebody discards it.
  for (const file of young.filter((one) => statSync(one, { throwIfNoEntry: false })?.size < 1_000)) empty.add(file);
  const findings = ask("verify").filter((one) => !empty.has(one.subject));
  if (findings.length > 0) faults.push(`verify: ${JSON.stringify(findings)}`);
  const sessions = ask("sessions", "--limit", "100");
  for (const session of sessions.filter((one) => one.end_reason === null)) faults.push(`left open: ${session.session}`);

  const known = sessions.map((one) => ask("session", one.session));
  const counts = new Map(known.map((one) => [one.session, one.turns.length]));
  let rows = 0;
  for (const [id, count] of earlier) rows += Math.max(0, count - (counts.get(id) ?? count));
  const newest = known.find((one) => !earlier.has(one.session));
  rows += Math.max(0, killed.told - (newest?.turns.length ?? 0));
  if (rows > 0) faults.push(`${rows} rows are gone`);

  const lengths = new Map(known.flatMap((one) => one.turns).map((turn) => [turn.line.clip, turn.line.duration_ms]));
  const lost = killed.takes.map((take) => Math.max(0, Math.min(take.spoken, turnSeconds * 1_000) - (lengths.get(take.clip) ?? 0)));
  const most = Math.max(0, ...lost);
  if (most > mostLost) faults.push(`${Math.round(most)} ms of sound are lost`);
  const between = killed.takes.some((take) => take.file.endsWith(".mp3") && done.kept.includes(take.clip));
  return { faults, lost: most, rows, between, counts };
}

/** Runs all rounds and tells each; answers whether nothing was wrong. */
export async function killAgainAndAgain({ scratch, rounds, seed, build }) {
  console.log(`kill loop: seed ${seed}, ${rounds} rounds`);
  const missing = speechIsMissing();
  if (missing !== null) {
    console.log(`left out: kill loop: ${missing}`);
    return process.env.CI === undefined;
  }
  if (build && !runInForeground("cargo", ["build", "--locked", "--package", "rehearse-cli"])) return false;
  const cli = join(targetFolder, "debug", executable("rehearse-cli"));
  const data = join(scratch, "data");
  const speech = join(scratch, "speech.wav");
  writeSpeech(speech, turnSeconds, 48_000);
  const ask = (...words) => {
    const done = spawnSync(cli, [...words, "--json", "--data-dir", data], { encoding: "utf8", maxBuffer: 2 ** 28 });
    // Whoever finds something says so with 1, too.
    if (done.status !== 0 && !(words[0] === "verify" && done.status === 1)) {
      throw new Error(`rehearse-cli ${words.join(" ")} failed (seed ${seed}): ${done.stdout}${done.stderr}`);
    }
    return JSON.parse(done.stdout);
  };
  const chance = chances(seed);
  let counts = new Map();
  const empty = new Set();
  const sum = { failed: 0, lost: 0, rows: 0, aimed: 0, between: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    const aimed = round % 3 === 0;
    const [life, turn] = [Math.round(chance() * longestLife), 1 + Math.floor(chance() * turns)];
    const victim = { cli, data, scratch, inputs: Array(turns).fill(speech) };
    const killed = await practiseUntilKilled(victim, aimed ? { finishedTakes: turn } : { life });
    const { faults, lost, rows, between, counts: now } = lookAfter(ask, killed, counts, empty);
    counts = now;
    sum.failed += faults.length > 0 ? 1 : 0;
    sum.lost = Math.max(sum.lost, lost);
    sum.rows += rows;
    sum.aimed += aimed ? 1 : 0;
    sum.between += between ? 1 : 0;
    const when = aimed ? `as take ${turn} was renamed` : `after ${life} ms`;
    console.log(`${String(round).padStart(4)}  killed ${when.padEnd(22)}${between ? "before its commit  " : ""}lost ${Math.round(lost)} ms  ${faults.join("; ") || "all there"}`);
  }
  const hits = `${sum.aimed} aimed between rename and commit, of which ${sum.between} hit`;
  console.log(`${rounds} rounds, ${sum.failed} failed; ${hits}; most sound lost ${Math.round(sum.lost)} ms, rows lost ${sum.rows} (seed ${seed})`);
  return sum.failed === 0;
}
