// The sender with a server that fails at random, on simulated time: what is lost, doubled, out of order or left behind; and
// two machines through one such server, which are equal in the end. A release build takes a tenth of a second for each.

import { runInForeground } from "../programs.mjs";

const schedules = "schedules::nothing_is_lost_doubled_out_of_order_or_left_behind";
const twoMachines = "two_machines::two_machines_are_equal_in_the_end";

function story(name, runs, seed) {
  const test = ["test", "--release", "--locked", "--package", "rehearse-sync", "--test", "it", "--", "--exact", name, "--nocapture"];
  const env = { ...process.env, REHEARSE_SCHEDULES: String(runs), REHEARSE_SEED: String(seed) };
  return runInForeground("cargo", test, { env });
}

/** Whether so many schedules went well, and a tenth as many runs of two machines. */
export function sendInTrouble(runs, seed) {
  console.log(`\n${runs} random schedules of faults from seed ${seed}`);
  const sent = story(schedules, runs, seed);
  const pairs = Math.ceil(runs / 10);
  console.log(`\n${pairs} random runs of two machines from seed ${seed}`);
  return story(twoMachines, pairs, seed) && sent;
}
