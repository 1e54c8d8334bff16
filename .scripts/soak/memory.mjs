// Takes for many minutes in one process, and how far memory strayed.

import { leftOut, memoryRow, practise } from "../bench/practice.mjs";

// A session of two takes lasts a little less than four seconds.
const sessionsPerMinute = 16;
const turns = 2;

/** Practises for about so many minutes; answers whether memory stayed flat. */
export function watchMemory(scratch, minutes) {
  const reason = leftOut();
  if (reason !== null) {
    console.log(`left out: memory: ${reason}`);
    return process.env.CI === undefined;
  }
  const { what, value, bar, held } = memoryRow(practise(scratch, minutes * sessionsPerMinute, turns));
  console.log(`${what}: ${value} (bar ${bar}) ${held ? "held" : "NOT HELD"}`);
  return held;
}
