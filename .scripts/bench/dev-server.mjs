// The servers to try things against, as a process of their own.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { executable, targetFolder } from "../programs.mjs";

/** What to build before it is started. */
export const build = ["build", "--release", "--locked", "--package", "rehearse-fakes", "--bin", "rehearse-dev-server"];

/** Both servers, once they say where they listen: what each told by name, and the process, which the caller ends. */
export async function serve() {
  const words = ["--port", "0", "--models-port", "0", "--contents", "dropped"];
  const child = spawn(join(targetFolder, "release", executable("rehearse-dev-server")), words, { stdio: ["ignore", "pipe", "inherit"] });
  const [leancloud, models] = [{}, {}];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^ {2}(\S+(?: \S+)?) {2,}(\S+)$/.exec(line) ?? [];
    if (!name) continue;
    // What comes after the line about files is about models, and their address comes before their key.
    if ("files on" in leancloud) models[name] = value;
    else leancloud[name] = value;
    if (models.key) return { child, leancloud, models };
  }
  throw new Error("the servers did not start");
}
