// Ten minutes of speech through the app's MP3 encoder and through the `lame` program with the same settings: the
// processor time of the whole process, best of five, turn about.

import { statSync } from "node:fs";
import { join } from "node:path";

import { answerOf, executable, isInstalled, runInForeground, targetFolder } from "../programs.mjs";
import { speechIsMissing, writeSpeech } from "./speech.mjs";

const seconds = 600;
const tries = 5;
const bar = 1.1;

export const title = "MP3 encode, 10 min of speech, one core, against lame";

export function leftOut() {
  if (process.platform === "win32") return "processor time of a process is read with bash's `time`";
  return isInstalled("lame") ? speechIsMissing() : "lame is not installed";
}

/** Processor seconds of one run: user and system, as bash's `time -p` tells them. */
function processorSeconds(command, words) {
  const pinned = isInstalled("taskset") ? "taskset -c 0 " : "";
  const told = answerOf("bash", ["-c", `{ TIMEFORMAT='%3U %3S'; time ${pinned}"$@" >/dev/null 2>&1; } 2>&1`, "bash", command, ...words]);
  const [user, system] = (told ?? "").split(/\s+/).map(Number);
  if (!Number.isFinite(user + system)) throw new Error(`${command} could not be measured: ${told}`);
  return user + system;
}

export function measure(scratch) {
  if (!runInForeground("cargo", ["build", "--release", "--locked", "--package", "rehearse-audio", "--example", "encode_bench"])) throw new Error("the example was not built");
  const [wav, ours, theirs] = ["speech.wav", "ours.mp3", "lame.mp3"].map((name) => join(scratch, name));
  writeSpeech(wav, seconds, 24_000);
  const encoder = join(targetFolder, "release/examples", executable("encode_bench"));
  const times = { ours: [], lame: [] };
  for (let run = 0; run < tries; run += 1) {
    times.ours.push(processorSeconds(encoder, [wav, ours]));
    times.lame.push(processorSeconds("lame", ["--quiet", "-m", "m", "--cbr", "-b", "48", "-q", "5", "-t", wav, theirs]));
  }
  const best = { ours: Math.min(...times.ours), lame: Math.min(...times.lame) };
  const ratio = best.lame / best.ours;
  const value = `${ratio.toFixed(2)} (${best.ours.toFixed(2)} s, lame ${best.lame.toFixed(2)} s; ${statSync(ours).size} and ${statSync(theirs).size} bytes)`;
  return [{ what: title, value, bar: `>= ${bar}`, held: ratio >= bar }];
}
