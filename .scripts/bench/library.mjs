// The first page and searches over a library of 10,000 sessions and 100,000 turns: through the store, and the same
// statements bare in the `sqlite3` program.

import { join } from "node:path";

import { answerOf, executable, runInForeground, targetFolder } from "../programs.mjs";

const sessions = 10_000;
const turns = 100_000;
const runs = 21;
const mostRatio = 1.5;
const mostMilliseconds = { first_page: 20 };
const otherMostMilliseconds = 50;
// Below this a ratio says more about the clock than about the store.
const smallestMilliseconds = 0.5;

export const title = `${sessions.toLocaleString("en")} sessions / ${turns.toLocaleString("en")} turns`;

export const leftOut = () => null;

function row([name, { found, store_ms: ours, sqlite3_ms: bare }]) {
  const most = mostMilliseconds[name] ?? otherMostMilliseconds;
  const ratio = bare ? ours / bare : null;
  const bareText = ratio === null ? "sqlite3 is not installed" : `sqlite3 ${bare.toFixed(2)} ms, ratio ${ratio.toFixed(2)}`;
  return {
    what: `${title}: ${name.replaceAll("_", " ")}`,
    value: `${ours.toFixed(2)} ms (${bareText}; ${found} found)`,
    bar: `<= ${most} ms, <= ${mostRatio} x`,
    held: ours <= most && (ratio === null || ratio <= mostRatio || ours <= smallestMilliseconds),
  };
}

export function measure(scratch) {
  const build = ["build", "--release", "--locked", "--package", "rehearse-store", "--examples"];
  if (!runInForeground("cargo", build)) throw new Error("the examples were not built");
  const program = (name) => join(targetFolder, "release/examples", executable(name));
  const folder = join(scratch, "library");
  if (!runInForeground(program("seed_library"), [folder, String(sessions), String(turns)])) throw new Error("the library could not be made");
  const told = answerOf(program("query_bench"), [folder, String(runs)]);
  if (told === null) throw new Error("the library could not be asked");
  return Object.entries(JSON.parse(told)).map(row);
}
