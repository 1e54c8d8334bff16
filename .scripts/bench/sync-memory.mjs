// Memory while a gigabyte of recordings is told to a server: the app's core in a process of its own, the server in
// another one, which drops what it is given.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { answerOf, executable, runInForeground, targetFolder } from "../programs.mjs";
import { build as buildServer, serve } from "./dev-server.mjs";

const megabytes = 1000;
const most = 50;

export const title = "memory while recordings are sent";

export const leftOut = () => (process.platform === "linux" ? null : "the peak of a process's memory is read from /proc, which is on Linux only");

export async function measure(scratch) {
  const builds = [
    buildServer,
    ["build", "--release", "--locked", "--package", "rehearse-core", "--example", "sync_memory"],
  ];
  for (const build of builds) if (!runInForeground("cargo", build)) throw new Error("the bench of memory was not built");
  const bench = join(targetFolder, "release/examples", executable("sync_memory"));
  const folder = join(scratch, "sync-memory");
  const { child, leancloud } = await serve();
  try {
    if (!runInForeground(bench, ["fill", folder, leancloud.server, leancloud["App ID"], leancloud["App Key"], String(megabytes)])) throw new Error("nothing was recorded");
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
