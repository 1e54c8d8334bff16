// Speech to measure with: recordings of a human voice from the system's packages, put one after the other.

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { isInstalled, runInForeground } from "../programs.mjs";

const folder = "/usr/share/asterisk/sounds/en_US_f_Allison";

/** Why there is no speech here, or null. */
export function speechIsMissing() {
  if (!isInstalled("ffmpeg")) return "ffmpeg is not installed";
  return existsSync(folder) ? null : "the recordings (asterisk-core-sounds-en-g722) are not installed";
}

/** Writes that many seconds of speech as mono 16 bit WAV at the given rate. */
export function writeSpeech(file, seconds, rate) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".g722")).sort();
  const list = `${file}.txt`;
  writeFileSync(list, names.map((name) => `file '${join(folder, name)}'`).join("\n"));
  const input = ["-f", "concat", "-safe", "0", "-stream_loop", "-1", "-i", list];
  const output = ["-t", String(seconds), "-ar", String(rate), "-ac", "1", "-c:a", "pcm_s16le", file];
  if (!runInForeground("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...input, ...output])) throw new Error("ffmpeg could not put the recordings together");
}
