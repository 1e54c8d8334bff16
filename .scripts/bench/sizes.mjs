// The sizes of the release program and of the .deb, of the last `npm run build`.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { executable, root } from "../programs.mjs";

const release = join(root, "target/release");
const program = join(release, executable("rehearse"));
const mebibyte = 2 ** 20;

export const title = "release program; .deb";

export const leftOut = () => (existsSync(program) ? null : "there is no release build: `npm run build` first");

function row(what, file, most) {
  const size = statSync(file).size / mebibyte;
  return { what, value: `${size.toFixed(2)} MiB`, bar: `<= ${most} MiB`, held: size <= most };
}

export function measure() {
  const folder = join(release, "bundle/deb");
  const packages = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".deb")) : [];
  return [row("release program", program, 18), ...packages.map((name) => row(name, join(folder, name), 8))];
}
