// `npm run bench [-- PART ...]`: what is measured, against its bar, as one table. A part that cannot run here is
// named with its reason; a bar that is not held makes the run fail.

import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

import * as capture from "./bench/capture.mjs";
import * as encode from "./bench/encode.mjs";
import * as feedback from "./bench/feedback.mjs";
import * as figures from "./bench/figures.mjs";
import * as library from "./bench/library.mjs";
import * as partner from "./bench/partner.mjs";
import * as practice from "./bench/practice.mjs";
import * as sizes from "./bench/sizes.mjs";
import * as sync from "./bench/sync.mjs";
import * as syncMemory from "./bench/sync-memory.mjs";
import * as syncWindow from "./bench/sync-window.mjs";
import * as window from "./bench/window.mjs";

const parts = { encode, capture, practice, partner, feedback, figures, library, window, sync, "sync-memory": syncMemory, "sync-window": syncWindow, sizes };

const unknown = process.argv.slice(2).filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(", ")}. The parts are ${Object.keys(parts).join(", ")}; without one, all are run.`);
  process.exit(2);
}
const picked = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);

const scratch = mkdtempSync(join(tmpdir(), "rehearse-bench-"));
const rows = [];
const leftOut = [];
try {
  for (const name of picked) {
    const part = parts[name];
    const reason = part.leftOut();
    if (reason !== null) leftOut.push(`${part.title}: ${reason}`);
    else rows.push(...(await part.measure(scratch)));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const [processor] = cpus();
console.log(`\n${cpus().length} x ${processor?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}\n`);
console.log("| what | measured | bar | held |\n|---|---|---|---|");
for (const { what, value, bar, held } of rows) console.log(`| ${what} | ${value} | ${bar} | ${held ? "yes" : "**no**"} |`);
for (const line of leftOut) console.log(`left out: ${line}`);
process.exit(rows.every((row) => row.held) ? 0 : 1);
