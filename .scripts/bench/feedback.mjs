// How soon feedback is there once a practice has ended, and how fast what has piled up is worked off. The model is a server
// in the same process whose answers all take the same time.

import { join } from "node:path";

import { answerOf, executable, runInForeground, targetFolder } from "../programs.mjs";

const endings = 20;
const practices = 500;
/** Milliseconds, a share. */
const bar = { ending: 500, drain: 0.9 };
const bench = join(targetFolder, "release/examples", executable("feedback_bench"));

export const title = "feedback after a practice";

export const leftOut = () => null;

function told(words) {
  const answer = answerOf(bench, words, { stdio: ["ignore", "pipe", "inherit"] });
  if (answer === null) throw new Error("the feedback did not come");
  return JSON.parse(answer);
}

export async function measure() {
  const build = ["build", "--release", "--locked", "--package", "rehearse-core", "--example", "feedback_bench"];
  if (!runInForeground("cargo", build)) throw new Error("the bench of feedback was not built");
  const { beside_the_model: beside, delay_ms: delay } = told(["ending", String(endings)]);
  const { requests, seconds, share_of_ideal: share } = told(["drain", String(practices)]);
  return [
    {
      what: `the end of a practice to its feedback, less the model's own time (${delay} ms an answer)`,
      value: `p95 ${beside.p95_ms.toFixed(0)} ms, p50 ${beside.p50_ms.toFixed(0)} ms, of ${beside.count}`,
      bar: `p95 <= ${bar.ending} ms`,
      held: beside.p95_ms <= bar.ending,
    },
    {
      what: `${practices} practices worked off, 200 ms an answer, 8 at once: ${requests} answers in ${seconds.toFixed(0)} s`,
      value: `${(share * 100).toFixed(1)} % of the ideal rate`,
      bar: `>= ${bar.drain * 100} %`,
      held: share >= bar.drain,
    },
  ];
}
