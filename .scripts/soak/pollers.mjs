// Headless pollers that are killed and stopped at random while they see to practices of several people: nothing may be
// lost, stuck or judged twice. On what stands in for LeanCloud, and on a real Parse Server.

import { join } from "node:path";

import { executable, runInForeground, targetFolder } from "../programs.mjs";

/** Whether so many practices went well on both servers. */
export function harmPollers(practices, seed, build) {
  if (build && !runInForeground("cargo", ["build", "--locked", "--package", "rehearse-cli"])) return false;
  const cli = join(targetFolder, "debug", executable("rehearse-cli"));
  const example = ["run", "--quiet", "--locked", "--package", "rehearse-headless", "--example", "pollers_in_trouble", "--"];
  const wishes = ["--cli", cli, "--practices", String(practices), "--seed", String(seed)];
  let good = true;
  for (const server of ["leancloud", "parse"]) {
    console.log(`\npollers in trouble: ${practices} practices, ${server}, seed ${seed}`);
    good = runInForeground("cargo", [...example, ...wishes, "--server", server]) && good;
  }
  return good;
}
