// The set-up behind `npm start` and `npm test`: system packages with consent, npm packages of the window and of the
// tests. Running it again changes nothing that is already right.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

import { missingFrom, packageManager, pipewireServesSound } from "./packages.mjs";
import { missingLibraries, missingPrerequisites, missingTestPrerequisites } from "./prerequisites.mjs";
import { isInstalled, npm, root, runInForeground } from "./programs.mjs";

/** The official LeanCloud SDK, and a Parse Server: what the tests of the remote side run. */
const serverFolders = ["tests/sdk", "tests/parse"];

/** A set-up that cannot go on; its message is the sentence to show. */
export class Unready extends Error {}

const isRoot = process.getuid?.() === 0;

/** What makes a command an administrator's, or null where there is no way from here. */
const administrator = isRoot ? [] : isInstalled("sudo") ? ["sudo"] : null;

/** The commands that install the named packages. The lists are renewed first: on a fresh machine they are empty. */
function commandsFor(manager, names) {
  const commands = [[...manager.install, ...names]];
  if (manager.refresh) commands.unshift(manager.refresh);
  return commands.map((words) => [...(administrator ?? []), ...words]);
}

const asWritten = (commands) => commands.map((words) => words.join(" ")).join("; ");

/** Whether the last one succeeded: one broken list of somebody else's fails the renewal, not the installing. */
const runAll = (commands) => commands.map(([program, ...words]) => runInForeground(program, words)).at(-1);

async function mayRun(commands, purpose, assumeYes) {
  if (administrator === null) return false;
  if (assumeYes || process.env.CI) return true;
  if (!process.stdin.isTTY) return isRoot;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise((resolve) => lines.once("close", () => resolve(null)));
  const asked = lines.question(`${purpose} Run this?\n  ${asWritten(commands)}\n[Y/n] `);
  // Ctrl+C and Ctrl+D close the question or make it fail, depending on the version of Node.
  const answer = await Promise.race([asked, closed]).catch(() => null);
  lines.close();
  if (answer === null) throw new Unready("\nStopped at the question: nothing was installed.");
  return /^(y|yes|)$/i.test(answer.trim());
}

/** Installs the missing packages of those parts and answers whether all are there. */
async function installPackages(manager, parts, purpose, assumeYes) {
  const missing = () => missingFrom(manager, parts.flat());
  if (missing().length === 0) return true;
  const commands = commandsFor(manager, missing());
  if (!(await mayRun(commands, purpose, assumeYes))) return false;
  if (!runAll(commands) && parts.length > 1) {
    // One name that this system does not have fails them all; the other parts need not do without.
    const unfinished = parts.map((part) => missingFrom(manager, part)).filter((part) => part.length > 0);
    for (const part of unfinished) runAll(commandsFor(manager, part).slice(-1));
  }
  return missing().length === 0;
}

/** The command that a person can run to get what is missing of the named packages. */
function adviceFor(manager, names) {
  const command = asWritten(commandsFor(manager, missingFrom(manager, names)));
  return `run ${administrator === null ? "as root " : ""}\`${command}\``;
}

async function installBuildPackages(manager, assumeYes) {
  if (manager === null) {
    const missing = missingLibraries();
    if (missing.length > 0) throw new Unready(`Missing here, and this package manager is unknown: ${missing.join(", ")}; install the development packages that hold them.`);
    return;
  }
  const needed = [...manager.build, ...manager.run];
  if (await installPackages(manager, [needed], "Building and running the app needs system packages that are missing.", assumeYes)) return;
  throw new Unready(`System packages are missing that the app cannot do without: ${adviceFor(manager, needed)}.`);
}

/** Test packages may stay out: the suites that need them are then left out by name. */
async function installTestPackages(manager, assumeYes) {
  if (manager === null) return;
  const keepsPipewire = pipewireServesSound() && !process.env.CI;
  const wanted = [manager.window, manager.speech, manager.database, manager.keychain, keepsPipewire ? [] : manager.sound];
  if (await installPackages(manager, wanted, "Some tests need system packages that are missing; without them they are left out.", assumeYes)) return;
  console.log(`Some tests will be left out; to have them all, ${adviceFor(manager, wanted.flat())}.`);
}

/** Installs the npm packages that a folder's lock names, unless they are there. */
function installNpmPackages(path) {
  const folder = join(root, path);
  const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json"))).digest("hex");
  const mark = join(folder, "node_modules", ".rehearse-lock");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  const [program, words] = npm("ci", "--no-audit", "--no-fund");
  if (!runInForeground(program, words, { cwd: folder })) throw new Unready(`npm packages could not be installed: run \`npm ci\` in ${path}/ to see why.`);
  writeFileSync(mark, lock);
}

/** Makes the machine ready to build and run the app, and to test it where that is asked. */
export async function setUp({ forTests = false, assumeYes = false } = {}) {
  const missing = missingPrerequisites();
  if (missing.length === 0 && forTests) missing.push(...missingTestPrerequisites());
  if (missing.length > 0) throw new Unready(missing.join("\n"));
  if (process.platform === "linux") {
    const manager = packageManager();
    await installBuildPackages(manager, assumeYes);
    if (forTests) await installTestPackages(manager, assumeYes);
  }
  for (const path of ["ui", ...(forTests ? serverFolders : [])]) installNpmPackages(path);
}

/** Installs what the delivery figures are compared with: recordings of people, and Python. Debian alone has them. */
export async function setUpRecordings(assumeYes) {
  const manager = packageManager();
  if (manager?.recordings === undefined) throw new Unready("The accuracy is measured on recordings that Debian and its descendants package (asterisk-core-sounds-*); this system has none of them.");
  const needed = [...manager.recordings, ...manager.python, "ffmpeg"];
  if (await installPackages(manager, [needed], "Measuring the accuracy needs recordings of speech and Python, which are missing.", assumeYes)) return;
  throw new Unready(`The accuracy cannot be measured without system packages that are missing: ${adviceFor(manager, needed)}.`);
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
  console.log("The set-up is done.");
}
