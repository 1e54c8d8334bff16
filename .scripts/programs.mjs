// Starting other programs, the same way on Linux, macOS and Windows. Decides nothing about what to start.

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder that cargo builds into. */
export const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** The name of a program of ours as this system writes it. */
export const executable = (name) => (process.platform === "win32" ? `${name}.exe` : name);

/** Whether a program of that name is on the path. */
export function isInstalled(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.some((folder) => existsSync(join(folder, executable(name))));
}

/** What a program prints, trimmed, or null where it is missing or fails. */
export function answerOf(command, words, options = {}) {
  const done = spawnSync(command, words, { cwd: root, encoding: "utf8", ...options });
  return done.status === 0 ? done.stdout.trim() : null;
}

/** Runs a program in the foreground, so that it can ask for a password, and answers whether it succeeded. */
export function runInForeground(command, words, options = {}) {
  const done = spawnSync(command, words, { cwd: root, stdio: "inherit", ...options });
  return done.status === 0;
}

/** npm as a command and its first words: `npm` is a script that Windows cannot start by itself. */
export function npm(...words) {
  const script = process.env.npm_execpath;
  if (script?.endsWith("npm-cli.js")) return [process.execPath, [script, ...words]];
  return process.platform === "win32" ? ["cmd.exe", ["/c", "npm", ...words]] : ["npm", words];
}

/** The Tauri tool of ui/node_modules as a command and its words. */
export function tauri(...words) {
  return [process.execPath, [join(root, "ui/node_modules/@tauri-apps/cli/tauri.js"), ...words]];
}

/**
 * Runs a program with its output on this terminal until it ends, the deadline (milliseconds since 1970, or null) has
 * passed, or this process is told to end: nothing that the program started is left behind.
 * @returns {Promise<{ok: boolean, late: boolean}>}
 */
export function runUntil(deadline, command, words, options = {}) {
  const ownGroup = process.platform !== "win32";
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd: root, stdio: ["ignore", "inherit", "inherit"], detached: ownGroup, ...options });
    const timers = [];
    let late = false;
    const end = (signal) => {
      try {
        if (ownGroup) process.kill(-child.pid, signal);
        else spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
      } catch {
        // It has just ended by itself.
      }
    };
    const stop = () => {
      end("SIGTERM");
      timers.push(setTimeout(() => end("SIGKILL"), 5000));
    };
    const stopLate = () => {
      late = true;
      stop();
    };
    if (deadline !== null) timers.push(setTimeout(stopLate, Math.max(0, deadline - Date.now())));
    // A closed terminal says SIGHUP; the child is a group of its own and would not hear it.
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.once(signal, stop);
    const finish = (ok) => {
      timers.forEach(clearTimeout);
      for (const signal of signals) process.off(signal, stop);
      resolve({ ok: ok && !late, late });
    };
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`);
      finish(false);
    });
    child.once("exit", (code) => finish(code === 0));
  });
}
