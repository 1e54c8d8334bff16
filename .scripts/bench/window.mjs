// The release app against an empty Tauri window of the same size, each on a screen of its own: how long from the
// start of the process until the screen stands still with Home on it, and what it costs when nobody touches it.
//
// Both are measured by the same means, the screen's own memory (Xvfb -fbdir), so neither needs to cooperate.

import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { answerOf, executable, isInstalled, root, runInForeground, targetFolder } from "../programs.mjs";

// Machines change their pace from minute to minute: a start is compared with the one right after it.
const runs = 9;
const stillFor = 3_000;
const longestStart = 60_000;
const settle = 5_000;
const idleFor = 10_000;
// Fewer changed pixels than this are a caret, not a screen.
const smallestChange = 400;
const most = { start: 1.3, memory: 1.3, processor: 1 };

const release = join(root, "target/release");
const app = join(release, executable("rehearse"));
const empty = join(targetFolder, "release/examples/empty_window");

export const title = "cold start and idleness, against an empty window";

export function leftOut() {
  if (process.platform !== "linux") return "the screen is an Xvfb, which is for Linux only";
  const missing = ["Xvfb", "dbus-run-session", "sqlite3"].filter((name) => !isInstalled(name));
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  return existsSync(app) ? null : "there is no release build: `npm run build` first";
}

/** A screen whose pixels lie in a file. */
async function openScreen(folder) {
  mkdirSync(folder, { recursive: true });
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset", "-fbdir", folder], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = await new Promise((resolve, reject) => {
    server.stdio[3].once("data", (told) => resolve(String(told).trim()));
    server.once("exit", () => reject(new Error("Xvfb does not start")));
  });
  const file = openSync(join(folder, "Xvfb_screen0"), "r");
  return { server, file, size: statSync(join(folder, "Xvfb_screen0")).size, display: `:${number}` };
}

function changedPixels(before, now) {
  if (before.equals(now)) return 0;
  const [one, other] = [before, now].map((bytes) => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2));
  let changed = 0;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) changed += 1;
  return changed;
}

/** Milliseconds from `begun` to the last change of the screen before it stood still. */
async function stillAfter(screen, begun, before) {
  let last = before;
  let now = Buffer.alloc(screen.size);
  let changed = null;
  for (;;) {
    const at = performance.now();
    if (at - begun > longestStart) throw new Error("the screen never stood still");
    if (changed !== null && at - changed > stillFor) return changed - begun;
    readSync(screen.file, now, 0, screen.size, 0);
    if (changedPixels(last, now) >= smallestChange) {
      changed = at;
      [last, now] = [now, last];
    }
    await pause(10);
  }
}

/** Every process below one. */
function below(ancestor) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\) /s, "").split(" ")[1]));
    } catch {
      // It has just ended.
    }
  }
  const found = [ancestor];
  for (const one of found) for (const [id, parent] of parents) if (parent === one) found.push(id);
  return found;
}

function programBelow(bus, program) {
  const path = statSync(program).ino;
  return below(bus).find((id) => {
    try {
      return statSync(`/proc/${id}/exe`).ino === path;
    } catch {
      return false;
    }
  });
}

/** Proportional memory of a process and all below it, in MiB. */
function memory(id) {
  const of = (one) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  return below(id).reduce((sum, one) => sum + of(one), 0) / 1024;
}

/** Processor seconds of a process and all below it. */
function processor(id) {
  const ticks = (one) => {
    const fields = readFileSync(`/proc/${one}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  return below(id).reduce((sum, one) => sum + ticks(one), 0) / Number(answerOf("getconf", ["CLK_TCK"]) ?? 100);
}

function environment(home, screen) {
  const folder = (name) => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    DISPLAY: screen.display,
    GDK_BACKEND: "x11",
    NO_AT_BRIDGE: "1",
    HOME: folder("home"),
    XDG_CONFIG_HOME: folder("config"),
    XDG_DATA_HOME: folder("share"),
    XDG_CACHE_HOME: folder("cache"),
    XDG_RUNTIME_DIR: folder("runtime"),
    PULSE_SERVER: `unix:${join(home, "nowhere")}`,
    REHEARSE_DATA_DIR: join(home, "data"),
  };
}

/** A data folder whose owner has been through the first run, so that the app opens with Home. */
function beforeHome(home) {
  const data = join(home, "data");
  if (answerOf(join(release, executable("rehearse-cli")), ["recover", "--data-dir", data]) === null) throw new Error("the data folder could not be made");
  const settings = "INSERT INTO setting (key, value) VALUES ('settings', '{\"first_run_done\":true}')";
  if (answerOf("sqlite3", [join(data, "rehearse.db"), settings]) === null) throw new Error("the settings could not be written");
}

/** One start: milliseconds until it stands still, MiB and percent of a core when idle. */
async function start(program, home, screen, isLast) {
  const before = Buffer.alloc(screen.size);
  readSync(screen.file, before, 0, screen.size, 0);
  const begun = performance.now();
  const bus = spawn("dbus-run-session", ["--", program], { env: environment(home, screen), stdio: "ignore", detached: true });
  const ended = new Promise((resolve) => bus.once("exit", resolve));
  try {
    const ready = await stillAfter(screen, begun, before);
    const id = programBelow(bus.pid, program);
    if (id === undefined) throw new Error(`${program} has ended`);
    if (!isLast) return { ready };
    await pause(settle);
    const spent = processor(id);
    await pause(idleFor);
    return { ready, processor: ((processor(id) - spent) / (idleFor / 1000)) * 100, memory: memory(id) };
  } finally {
    process.kill(-bus.pid, "SIGTERM");
    await Promise.race([ended, pause(3_000)]);
    if (bus.exitCode === null && bus.signalCode === null) process.kill(-bus.pid, "SIGKILL");
    await pause(500);
  }
}

const median = (all) => [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)];

export async function measure(scratch) {
  const build = ["build", "--release", "--locked", "--package", "rehearse", "--features", "tauri/custom-protocol", "--example", "empty_window"];
  if (!runInForeground("cargo", build, { env: { ...process.env, CARGO_TARGET_DIR: targetFolder } })) throw new Error("the empty window was not built");
  const screen = await openScreen(join(scratch, "screen"));
  const homes = { app: join(scratch, "app"), empty: join(scratch, "empty") };
  const programs = { app, empty };
  const readiness = { app: [], empty: [] };
  const idle = {};
  try {
    beforeHome(homes.app);
    // Turn about; the first of each fills the caches and does not count.
    for (let run = 0; run <= runs; run += 1) {
      for (const name of ["app", "empty"]) {
        const told = await start(programs[name], homes[name], screen, run === runs);
        if (run > 0) readiness[name].push(told.ready);
        idle[name] = told;
      }
    }
  } finally {
    closeSync(screen.file);
    screen.server.kill("SIGTERM");
  }
  const [ours, theirs] = [median(readiness.app), median(readiness.empty)];
  const startRatio = median(readiness.app.map((ready, run) => ready / readiness.empty[run]));
  const memoryRatio = idle.app.memory / idle.empty.memory;
  return [
    {
      what: "start to usable Home (release), against an empty Tauri window",
      value: `${startRatio.toFixed(2)} x (${ours.toFixed(0)} ms, empty ${theirs.toFixed(0)} ms; medians of ${runs} pairs)`,
      bar: `<= ${most.start} x`,
      held: startRatio <= most.start,
    },
    {
      what: "idle memory (PSS), against an empty Tauri window",
      value: `${memoryRatio.toFixed(2)} x (${idle.app.memory.toFixed(0)} MiB, empty ${idle.empty.memory.toFixed(0)} MiB)`,
      bar: `<= ${most.memory} x`,
      held: memoryRatio <= most.memory,
    },
    {
      what: "idle processor time, of one core",
      value: `${idle.app.processor.toFixed(2)} % (empty ${idle.empty.processor.toFixed(2)} %)`,
      bar: `<= ${most.processor} %`,
      held: idle.app.processor <= most.processor,
    },
  ];
}
