// Memory while a gigabyte of recordings is told to a server: the app's core in a process of its own, the server in
// another one, which drops what it is given.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { answerOf, executable, runInForeground, targetFolder } from "../programs.mjs";

const megabytes = 1000;
const most = 50;
const program = (name) => join(targetFolder, "release", executable(name));

export const title = "memory while recordings are sent";

export const leftOut = () => (process.platform === "linux" ? null : "the peak of a process's memory is read from /proc, which is on Linux only");

/** A server, once it says where it listens. */
async function serve() {
  const child = spawn(program("rehearse-dev-server"), ["--port", "0", "--models-port", "0", "--contents", "dropped"], { stdio: ["ignore", "pipe", "inherit"] });
  const told = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^ {2}(\S+(?: \S+)?) {2,}(\S+)$/.exec(line) ?? [];
    if (name) told[name] = value;
    if (told["files on"]) return { child, url: told.server, appId: told["App ID"], appKey: told["App Key"] };
  }
  throw new Error("the server did not start");
}

export async function measure(scratch) {
  const builds = [
    ["build", "--release", "--locked", "--package", "rehearse-fakes", "--bin", "rehearse-dev-server"],
    ["build", "--release", "--locked", "--package", "rehearse-core", "--example", "sync_memory"],
  ];
  for (const build of builds) if (!runInForeground("cargo", build)) throw new Error("the bench of memory was not built");
  const bench = program("examples/sync_memory");
  const folder = join(scratch, "sync-memory");
  const { child, url, appId, appKey } = await serve();
  try {
    if (!runInForeground(bench, ["fill", folder, url, appId, appKey, String(megabytes)])) throw new Error("nothing was recorded");
    const answer = answerOf(bench, ["push", folder], { stdio: ["ignore", "pipe", "inherit"] });
    if (answer === null) throw new Error("not everything was sent");
    const { idleKib, peakKib, bytes, changes, seconds } = JSON.parse(answer);
    const above = ((peakKib - idleKib) * 1024) / 1e6;
    return [
      {
        what: `memory while ${(bytes / 1e9).toFixed(2)} GB of recordings in ${changes} changes are sent, above idle`,
        value: `${above.toFixed(1)} MB (idle ${((idleKib * 1024) / 1e6).toFixed(1)} MB; ${seconds.toFixed(0)} s)`,
        bar: `<= ${most} MB`,
        held: above <= most,
      },
    ];
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
