// `npm run soak [-- --rounds N] [--seed N] [--minutes N] [--practices N] [--schedules N] [--fuzz SECONDS] [--built]`: what
// takes too long for `npm test`. Kills a practice in the middle so many times (100), then practises for so many minutes
// (30) and looks whether memory stays flat, then kills and stops pollers while they see to so many practices (1000), then
// has the sender meet so many random schedules of faults (10000) and two machines a tenth as many, then feeds made-up sound
// and clips to what measures and reads them, for so many seconds each (120). `--built` takes the debug programs as they
// are, and does what follows the memory only when asked to: it builds, or takes long.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fuzz } from "./soak/fuzz.mjs";
import { harmPollers } from "./soak/pollers.mjs";
import { killAgainAndAgain } from "./soak/kills.mjs";
import { watchMemory } from "./soak/memory.mjs";
import { sendInTrouble } from "./soak/schedules.mjs";

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number.`);
  process.exit(2);
}

const built = process.argv.includes("--built");
const [rounds, seed, minutes] = [option("rounds", 100), option("seed", Date.now() % 1_000_000), option("minutes", 30)];
const practices = option("practices", built ? 0 : 1_000);
const schedules = option("schedules", built ? 0 : 10_000);
const fuzzSeconds = option("fuzz", built ? 0 : 120);
const scratch = mkdtempSync(join(tmpdir(), "rehearse-soak-"));
let good = true;
try {
  if (rounds > 0) good = (await killAgainAndAgain({ scratch, rounds, seed, build: !built })) && good;
  if (minutes > 0) good = watchMemory(scratch, minutes) && good;
  if (practices > 0) good = harmPollers(practices, seed, !built) && good;
  if (schedules > 0) good = sendInTrouble(schedules, seed) && good;
  if (fuzzSeconds > 0) good = fuzz(fuzzSeconds, seed) && good;
} catch (error) {
  good = false;
  console.error(error.message);
}
if (good) rmSync(scratch, { recursive: true, force: true });
else console.error(`the data is kept in ${scratch}`);
process.exit(good ? 0 : 1);
