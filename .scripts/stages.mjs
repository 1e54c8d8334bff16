// The stages of `npm test`, in the order in which a fault is found soonest. Says what is run, not how.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { speechIsMissing } from "./bench/speech.mjs";
import { answerOf, isInstalled, npm, root } from "./programs.mjs";

// One feature set and one choice of packages in every stage: otherwise cargo builds the dependencies again.
const everything = ["--locked", "--workspace", "--features", "e2e"];

const cargo = (...words) => ["cargo", words];
const inWindow = (words) => [...words, { cwd: "ui" }];

/** Every integration test of the workspace but the one that needs a display, which has its own stage. */
function storyTests() {
  const metadata = JSON.parse(answerOf("cargo", ["metadata", "--no-deps", "--format-version", "1"], { maxBuffer: 2 ** 26 }) ?? "{}");
  const targets = (metadata.packages ?? []).flatMap((one) => one.targets).filter((target) => target.kind.includes("test"));
  return [...new Set(targets.map((target) => target.name))].filter((name) => name !== "e2e");
}

function storyWords() {
  return storyTests().flatMap((name) => ["--test", name]);
}

/** Why the real window cannot be driven here, or null. */
export function windowCannotRun() {
  if (process.platform !== "linux") return "the window is driven through WebKitWebDriver, which is for Linux only";
  const missing = ["WebKitWebDriver", "Xvfb", "dbus-daemon"].filter((name) => !isInstalled(name));
  if (!isInstalled("pulseaudio")) missing.push("pulseaudio");
  return missing.length === 0 ? null : `not installed: ${missing.join(", ")}`;
}

/**
 * The stages: a title, the group that `npm test -- GROUP` picks, the command, and where it may stay out a function
 * that answers why it must.
 */
export const stages = [
  { title: "format", groups: ["rust"], command: () => cargo("fmt", "--all", "--check") },
  { title: "window: types and markup", groups: ["ui"], command: () => inWindow(npm("run", "check")) },
  { title: "window: unit tests", groups: ["ui"], command: () => inWindow(npm("test")) },
  { title: "window: page", groups: ["ui", "rust", "e2e"], command: () => inWindow(npm("run", "build")) },
  { title: "house rules", groups: ["rust"], command: () => cargo("xtask", "tidy") },
  { title: "content", groups: ["rust"], command: () => cargo("xtask", "lint-content") },
  {
    title: "licences and sources",
    groups: ["rust"],
    command: () => cargo("deny", "--locked", "check", "licenses", "bans", "sources"),
    leftOut: () => (isInstalled("cargo-deny") ? null : "cargo-deny is not installed (`cargo install --locked cargo-deny`)"),
  },
  { title: "clippy", groups: ["rust"], command: () => cargo("clippy", ...everything, "--all-targets", "--", "-D", "warnings") },
  { title: "build", groups: ["rust", "e2e"], command: () => cargo("build", ...everything) },
  { title: "unit and story tests", groups: ["rust"], command: () => cargo("test", ...everything, "--lib", "--bins", ...storyWords()) },
  {
    title: "kill loop, short",
    groups: ["rust"],
    command: () => [process.execPath, [".scripts/soak.mjs", "--rounds", "5", "--minutes", "0", "--built"]],
    leftOut: speechIsMissing,
  },
  {
    // A test of the shell has just written them; asking xtask would build everything again for one package.
    title: "generated files",
    groups: ["rust"],
    command: () => ["git", ["diff", "--exit-code", "--", "ui/src/lib/bindings.ts"]],
    leftOut: () => (existsSync(join(root, ".git")) ? null : "this is no git clone, so there is nothing to compare with"),
  },
  { title: "examples in the documentation", groups: ["rust"], command: () => cargo("test", ...everything, "--doc") },
  {
    title: "the real window",
    groups: ["e2e"],
    command: () => cargo("test", ...everything, "--test", "e2e", "--", "--test-threads=1"),
    leftOut: windowCannotRun,
  },
];

/** The groups that can be picked. */
export const groups = ["rust", "ui", "e2e"];

/** Suites inside the stages that find what they need missing and leave themselves out. */
export function suitesLeftOut() {
  const out = [];
  if (!isInstalled("pulseaudio")) {
    const linux = "PulseAudio is not installed, and where PipeWire serves the sound it would push it out";
    out.push({ title: "virtual microphone", reason: process.platform === "linux" ? linux : "it is for Linux only" });
  }
  // Debian keeps the programs of the server off the path.
  if (!isInstalled("initdb") && !existsSync("/usr/lib/postgresql")) {
    out.push({ title: "real Parse Server", reason: "PostgreSQL is not installed" });
  }
  return out;
}
