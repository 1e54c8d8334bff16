// How fast a practice answers, over the whole core with real sound, and whether its memory stays flat.

import { join } from "node:path";

import { answerOf, runInForeground, targetFolder } from "../programs.mjs";
import { leftOut as captureLeftOut } from "./capture.mjs";
import { writeSpeech } from "./speech.mjs";

const sessions = 32;
const turns = 2;
const most = { recording: 150, commitRatio: 3, end: 250, firstSound: 350, memory: 5 };

export const title = "a practice: press, end mark, end, first sound, memory";

export const leftOut = captureLeftOut;

/** The figures of so many practices, as the example tells them. */
export function practise(scratch, many, turnsEach) {
  if (!runInForeground("cargo", ["build", "--release", "--locked", "--package", "rehearse-core", "--example", "practice_bench"])) throw new Error("the example was not built");
  const wav = join(scratch, "practice.wav");
  writeSpeech(wav, 120, 48_000);
  const told = answerOf(join(targetFolder, "release/examples/practice_bench"), [wav, String(many), String(turnsEach)], { stdio: ["ignore", "pipe", "inherit"] });
  if (told === null) throw new Error("nothing could be practised");
  return JSON.parse(told);
}

/** How far memory strayed from its median; each minute it is looked at between two practices. */
export function memoryRow({ turns: done, dropped, seconds, resident_kib: looks }) {
  const megabytes = looks.map((kib) => (kib * 1024) / 1e6);
  const median = [...megabytes].sort((one, other) => one - other)[Math.floor(megabytes.length / 2)];
  const strayed = Math.max(...megabytes.map((one) => Math.abs(one - median)));
  const series = megabytes.map((one) => one.toFixed(1)).join(" ");
  return {
    what: `memory over ${done} takes in ${seconds} s (${dropped} more were silent), looked at each minute`,
    value: `within ${strayed.toFixed(1)} MB of ${median.toFixed(1)} MB, first to last ${(megabytes.at(-1) - megabytes.at(0)).toFixed(1)} MB (${series})`,
    bar: `within ${most.memory} MB`,
    held: strayed <= most.memory,
  };
}

export function measure(scratch) {
  const told = practise(scratch, sessions, turns);
  const { core, bare_commit: bare, press_to_recording: press } = told;
  const milliseconds = (one) => `p95 ${one.p95_ms.toFixed(1)} ms, p50 ${one.p50_ms.toFixed(1)} ms, of ${one.count}`;
  const row = (what, one, limit) => ({ what, value: milliseconds(one), bar: `p95 <= ${limit} ms`, held: one.p95_ms <= limit });
  const ratio = core.end_mark_to_commit.p95_ms / bare.p95_ms;
  return [
    row('"recording" shown after the press, warm', press, most.recording),
    {
      what: "end mark to committed turn, against a bare program doing the same fsyncs",
      value: `${ratio.toFixed(2)} x (${milliseconds(core.end_mark_to_commit)}; bare ${milliseconds(bare)}; ${told.clip_bytes} bytes of clip, ${told.log_bytes} of log)`,
      bar: `p95 <= ${most.commitRatio} x`,
      held: ratio <= most.commitRatio,
    },
    row("end decision to final state on disk", core.end_to_disk, most.end),
    row("release to first sound of the scripted partner", core.release_to_first_sound, most.firstSound),
    memoryRow(told),
  ];
}
