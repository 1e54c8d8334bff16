// Whether the window stays smooth while a server is told of many practices: a story in the real window, of a debug build,
// which is the slower one, and drawn as the release is.

import { answerOf, npm, runInForeground } from "../programs.mjs";
import { windowCannotRun } from "../stages.mjs";

const story = "stories::sync_window::frames_come_as_before_while_a_server_is_told";
const most = { ratio: 1.2, events: 10 };

export const title = "the window while a server is told";

export const leftOut = windowCannotRun;

/** The gap that 99 of 100 do not exceed, in milliseconds. */
function longest(looks) {
  const gaps = looks.flatMap((look) => look.gaps).sort((one, other) => one - other);
  return gaps[Math.floor(gaps.length * 0.99)];
}

/** The most events within any second. */
function mostInASecond(looks) {
  const counts = looks.flatMap(({ told }) => told.map((from) => told.filter((at) => at >= from && at < from + 1000).length));
  return Math.max(0, ...counts);
}

export function measure() {
  const [command, words] = npm("--prefix", "ui", "run", "build");
  if (!runInForeground(command, words)) throw new Error("the page was not built");
  const test = ["test", "--locked", "--workspace", "--features", "e2e", "--test", "e2e", "--", "--ignored", "--exact", story, "--nocapture"];
  const answer = answerOf("cargo", test, { stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 26 });
  const measured = /^measured (\{.*\})$/m.exec(answer ?? "");
  if (measured === null) throw new Error("the story of the window while a server is told did not come to its end");
  const { without, with: during, turns } = JSON.parse(measured[1]);
  const [before, meanwhile] = [longest(without), longest(during)];
  const ratio = meanwhile / before;
  const events = mostInASecond(during);
  return [
    {
      what: `gap between frames, p99, while a server is told (${turns} turns meanwhile), against without (debug build)`,
      value: `${ratio.toFixed(2)} x (${meanwhile.toFixed(1)} ms, ${before.toFixed(1)} ms)`,
      bar: `<= ${most.ratio} x`,
      held: ratio <= most.ratio,
    },
    {
      what: "events to the window meanwhile, in any second",
      value: `${events}`,
      bar: `<= ${most.events}`,
      held: events <= most.events,
    },
  ];
}
