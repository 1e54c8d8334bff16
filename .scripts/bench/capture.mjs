// A minute of speech recorded while every core is busy, by the app's recorder and by `parecord` at the same time; and
// where a clip begins when the key is pressed.

import { join } from "node:path";

import { answerOf, isInstalled, runInForeground, targetFolder } from "../programs.mjs";
import { speechIsMissing, writeSpeech } from "./speech.mjs";

const seconds = 60;
const least = { preroll: 150 };

export const title = "capture of 60 s with both cores busy; pre-roll";

export function leftOut() {
  if (process.platform !== "linux") return "the virtual microphone is for Linux only";
  const missing = ["pulseaudio", "pactl", "paplay", "parecord"].filter((name) => !isInstalled(name));
  return missing.length === 0 ? speechIsMissing() : `not installed: ${missing.join(", ")}`;
}

export function measure(scratch) {
  if (!runInForeground("cargo", ["build", "--release", "--locked", "--package", "rehearse-devices", "--example", "capture_bench"])) throw new Error("the example was not built");
  const wav = join(scratch, "minute.wav");
  writeSpeech(wav, seconds, 48_000);
  const told = answerOf(join(targetFolder, "release/examples/capture_bench"), [wav], { stdio: ["ignore", "pipe", "inherit"] });
  if (told === null) throw new Error("nothing could be captured");
  const { busy_threads: threads, ring_drops: drops, ours, control, presses, preroll_ms: preroll } = JSON.parse(told);
  const lost = (one) => `${one.samples} samples in ${one.seconds} s, ${one.spoiled} s spoiled`;
  return [
    { what: `capture of ${seconds} s, ${threads} threads spinning: ring drops`, value: String(drops), bar: "0", held: drops === 0 },
    {
      what: "the same: lost samples (at 24 kHz), against parecord in the same run",
      value: `${lost(ours)} (parecord ${lost(control)})`,
      bar: "<= parecord",
      // Both are measured to about a sample a second.
      held: ours.samples <= control.samples + ours.seconds && ours.spoiled <= control.spoiled,
    },
    { what: "clip start before the press, warm", value: `${preroll.toFixed(0)} ms, least of ${presses}`, bar: `>= ${least.preroll} ms`, held: preroll >= least.preroll },
  ];
}
