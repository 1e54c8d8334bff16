// Packs the .deb again with xz: the Tauri tool knows gzip only, which leaves it a third larger. Nothing inside changes.
// Where `dpkg-deb` is not installed the package stays as it is.

import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isInstalled, runInForeground } from "./programs.mjs";

/** Packs every .deb in `folder` again. Answers whether all went well. */
export function packWithXz(folder) {
  if (!isInstalled("dpkg-deb")) return true;
  return readdirSync(folder).filter((name) => name.endsWith(".deb")).every((name) => {
    const contents = mkdtempSync(join(tmpdir(), "rehearse-deb-"));
    try {
      const deb = join(folder, name);
      if (!runInForeground("dpkg-deb", ["--raw-extract", deb, contents])) return false;
      // It becomes the root of the package.
      chmodSync(contents, 0o755);
      return runInForeground("dpkg-deb", ["--root-owner-group", "-Zxz", "-z9", "--build", contents, deb]);
    } finally {
      rmSync(contents, { recursive: true, force: true });
    }
  });
}
