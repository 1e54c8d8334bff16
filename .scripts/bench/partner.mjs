// How fast a partner that is a model is heard, against a bare client of the same server in the same run; and what many
// such practices at once hold in memory. Headless: a microphone and a loudspeaker of the test bench, a server of models on
// this computer.

import { join } from "node:path";

import { answerOf, executable, runInForeground, targetFolder } from "../programs.mjs";
import { build as buildServer, serve } from "./dev-server.mjs";

const turns = 60;
const sessions = 20;
/** Milliseconds, a ratio, megabytes. */
const most = { request: 30, sample: 20, ratio: 1.1, silence: 150, memory: 100 };
const bench = join(targetFolder, "release/examples", executable("partner_bench"));

export const title = "a partner that is a model";

export const leftOut = () => (process.platform === "linux" ? null : "the peak of a process's memory is read from /proc, which is on Linux only");

const told = (one) => `p95 ${one.p95_ms.toFixed(1)} ms, p50 ${one.p50_ms.toFixed(1)} ms, of ${one.count}`;
const megabytes = (kib) => (kib * 1024) / 1e6;

function timing() {
  const answer = answerOf(bench, ["timing", String(turns)], { stdio: ["ignore", "pipe", "inherit"] });
  if (answer === null) throw new Error("nothing could be practised with a model");
  const { commit_to_request: request, first_sound_to_sample: sample, total, bare, cut_in_to_silence: silence, jitter_buffer_ms: jitter, device_buffer_ms: device } = JSON.parse(answer);
  const late = jitter + device + most.sample;
  const ratio = total.p50_ms / bare.p50_ms;
  return [
    { what: "a committed turn to the whole request at the server", value: told(request), bar: `p95 <= ${most.request} ms`, held: request.p95_ms <= most.request },
    { what: "the first sound on the wire to the first sample at the device", value: told(sample), bar: `p95 <= ${late} ms (jitter buffer ${jitter}, device ${device}, ${most.sample})`, held: sample.p95_ms <= late },
    { what: `the same from the commit on, against a bare client with ${jitter} ms of jitter buffer`, value: `${ratio.toFixed(3)} x (${told(total)}; bare ${told(bare)})`, bar: `p50 <= ${most.ratio} x`, held: ratio <= most.ratio },
    { what: "cutting in to silence", value: told(silence), bar: `p95 <= ${most.silence} ms`, held: silence.p95_ms <= most.silence },
  ];
}

async function many() {
  const { child, models } = await serve();
  try {
    const answer = answerOf(bench, ["many", String(sessions), models.address.replace("/compatible-mode/v1", ""), models.key], { stdio: ["ignore", "pipe", "inherit"] });
    if (answer === null) throw new Error("the practices at once did not come to their ends");
    const { objective_met: met, turns: said, seconds, idle_kib: idle, peak_kib: peak } = JSON.parse(answer);
    const above = megabytes(peak - idle);
    return {
      what: `${sessions} practices with a model at once, ${said} turns in ${seconds.toFixed(0)} s: memory above idle`,
      value: `${above.toFixed(1)} MB (idle ${megabytes(idle).toFixed(1)} MB); ${met} of ${sessions} ended with the objective met`,
      bar: `<= ${most.memory} MB, all ended`,
      held: above <= most.memory && met === sessions,
    };
  } finally {
    child.kill();
  }
}

export async function measure() {
  for (const build of [buildServer, ["build", "--release", "--locked", "--package", "rehearse-core", "--example", "partner_bench"]]) {
    if (!runInForeground("cargo", build)) throw new Error("the bench of partners was not built");
  }
  return [...timing(), await many()];
}
