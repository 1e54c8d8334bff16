// The set-up behind `npm start` and `npm test`: system packages with consent, npm packages of the window. Running it
// again changes nothing that is already right.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

import { missingFrom, packageManager, pipewireServesSound } from "./packages.mjs";
import { missingLibraries, missingPrerequisites } from "./prerequisites.mjs";
import { npm, root, runInForeground } from "./programs.mjs";

/** A set-up that cannot go on; its message is the sentence to show. */
export class Unready extends Error {}

const isRoot = process.getuid?.() === 0;

async function mayInstall(command, assumeYes) {
  if (assumeYes || process.env.CI) return true;
  if (!process.stdin.isTTY) return isRoot;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`Some system packages are missing. Run this?\n  ${command}\n[Y/n] `);
  lines.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

function asAdministrator(words) {
  const quiet = ["env", "DEBIAN_FRONTEND=noninteractive", ...words];
  return isRoot ? quiet : ["sudo", ...quiet];
}

/** Installs the missing ones of the named packages and answers whether all are there. */
async function installPackages(manager, names, assumeYes) {
  const missing = missingFrom(manager, names);
  if (missing.length === 0) return true;
  const [program, ...words] = asAdministrator([manager.program, ...manager.install, ...missing]);
  if (!(await mayInstall([program, ...words].join(" "), assumeYes))) return false;
  if (manager.refresh) {
    const [refresher, ...rest] = asAdministrator([manager.program, ...manager.refresh]);
    runInForeground(refresher, rest);
  }
  return runInForeground(program, words) && missingFrom(manager, names).length === 0;
}

async function installBuildPackages(manager, assumeYes) {
  if (manager === null) {
    const missing = missingLibraries();
    if (missing.length > 0) throw new Unready(`Missing here, and this package manager is unknown: ${missing.join(", ")}; install the development packages that hold them.`);
    return;
  }
  const needed = [...manager.build, ...manager.run];
  if (await installPackages(manager, needed, assumeYes)) return;
  const words = [manager.program, ...manager.install, ...missingFrom(manager, needed)].join(" ");
  throw new Unready(`System packages are missing: run \`sudo ${words}\`.`);
}

/** Test packages may stay out: the suites that need them are then left out by name. */
async function installTestPackages(manager, assumeYes) {
  if (manager === null) return;
  const keepsPipewire = pipewireServesSound() && !process.env.CI;
  await installPackages(manager, [...manager.window, ...manager.speech, ...(keepsPipewire ? [] : manager.sound)], assumeYes);
}

function installWindowPackages() {
  const folder = join(root, "ui");
  const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json"))).digest("hex");
  const mark = join(folder, "node_modules", ".rehearse-lock");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  const [program, words] = npm("ci", "--no-audit", "--no-fund");
  if (!runInForeground(program, words, { cwd: folder })) throw new Unready("The window's npm packages could not be installed: run `npm ci` in ui/ to see why.");
  writeFileSync(mark, lock);
}

/** Makes the machine ready to build and run the app, and to test it where that is asked. */
export async function setUp({ forTests = false, assumeYes = false } = {}) {
  const missing = missingPrerequisites();
  if (missing.length > 0) throw new Unready(missing.join("\n"));
  if (process.platform === "linux") {
    const manager = packageManager();
    await installBuildPackages(manager, assumeYes);
    if (forTests) await installTestPackages(manager, assumeYes);
  }
  installWindowPackages();
}

/** Runs the set-up and ends the process with its one sentence where it cannot go on. */
export async function setUpOrExit(wishes) {
  try {
    await setUp(wishes);
  } catch (error) {
    if (!(error instanceof Unready)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

if (process.argv[1]?.endsWith("setup.mjs")) {
  await setUpOrExit({ forTests: process.argv.includes("--tests"), assumeYes: process.argv.includes("--yes") });
  console.log("Everything is in place.");
}
