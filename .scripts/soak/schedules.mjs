// The sender with a server that fails at random, on simulated time: what is lost, doubled, out of order or left behind.

import { runInForeground } from "../programs.mjs";

const story = "schedules::nothing_is_lost_doubled_out_of_order_or_left_behind";

/** Whether so many schedules went well. */
export function sendInTrouble(schedules, seed) {
  console.log(`\n${schedules} random schedules of faults from seed ${seed}`);
  const test = ["test", "--locked", "--package", "rehearse-sync", "--test", "it", "--", "--exact", story, "--nocapture"];
  const env = { ...process.env, REHEARSE_SCHEDULES: String(schedules), REHEARSE_SEED: String(seed) };
  return runInForeground("cargo", test, { env });
}
