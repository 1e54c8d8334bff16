// `npm run accuracy [-- PART ... --tuning-only --language es --worst]`: the delivery figures beside known answers,
// transcripts and Praat, as one table. The comparing itself is Python's, in tests/accuracy. A bar that is not held
// makes the run fail.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { examples, prepare } from "./accuracy/setup.mjs";
import { printTable } from "./accuracy/table.mjs";
import { root } from "./programs.mjs";
import { Unready } from "./setup.mjs";

const words = process.argv.slice(2);
const showWorst = words.includes("--worst");
const asked = words.filter((word) => word !== "--worst" && word !== "--yes");

try {
  const { python, work } = await prepare({ assumeYes: words.includes("--yes") });
  const script = join(root, "tests/accuracy/compare.py");
  const done = spawnSync(python, [script, "--work", work, "--examples", examples, ...asked], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
    // The repository stays as it was.
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (done.status !== 0 || asked.includes("--help") || asked.includes("-h")) {
    process.stdout.write(done.stdout);
    process.exit(done.status ?? 1);
  }
  process.exit(printTable(JSON.parse(done.stdout), showWorst) ? 0 : 1);
} catch (error) {
  if (!(error instanceof Unready)) throw error;
  console.error(error.message);
  process.exit(1);
}
