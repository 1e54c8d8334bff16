// How long after a practice of five minutes its delivery figures are on the screen: a story in the real window, of a
// debug build, which is the slower one, and drawn as the release is.

import { answerOf, npm, runInForeground } from "../programs.mjs";
import { speechIsMissing } from "./speech.mjs";
import { windowCannotRun } from "../stages.mjs";

const story = "stories::five_minutes::its_figures_are_on_the_screen";
const most = 300;

export const title = "from the end of a practice to its figures";

export const leftOut = () => windowCannotRun() ?? speechIsMissing();

export function measure() {
  const [command, words] = npm("--prefix", "ui", "run", "build");
  if (!runInForeground(command, words)) throw new Error("the page was not built");
  const test = ["test", "--locked", "--workspace", "--features", "e2e", "--test", "e2e", "--", "--ignored", "--exact", story, "--nocapture"];
  const told = answerOf("cargo", test, { stdio: ["ignore", "pipe", "inherit"] });
  const measured = /^measured (\{.*\})$/m.exec(told ?? "");
  if (measured === null) throw new Error("the practice of five minutes did not come to its end");
  const { seconds, card, figures } = JSON.parse(measured[1]);
  return [
    {
      what: `end of a practice of ${seconds} s to its figures on the screen (debug build)`,
      value: `${(card + figures).toFixed(0)} ms (${card.toFixed(0)} until the end card, ${figures.toFixed(0)} from Review to the figures)`,
      bar: `<= ${most} ms`,
      held: card + figures <= most,
    },
  ];
}
