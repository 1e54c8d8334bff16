// Sound and files that nobody would make, for so many seconds each: libFuzzer looks for an input that makes the meter or
// the reading of clips panic, hang or answer with what is no number. What was found stays in the target folder, so that
// the next run begins where this one ended.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { isInstalled, root, runInForeground, targetFolder } from "../programs.mjs";

const folder = join(root, "src-tauri/crates/delivery/fuzz");
const targets = ["figures", "mp3"];
const longestInput = { figures: 512, mp3: 4096 };
const mostMemory = 1024;

/** Why there can be no fuzzing here, or null. */
function whyNot() {
  if (process.platform === "win32") return "libFuzzer is built with a C++ compiler of Linux or macOS";
  if (isInstalled("cargo-fuzz")) return null;
  console.log("fuzz: cargo-fuzz is missing and is installed now (`cargo install --locked cargo-fuzz`)");
  if (runInForeground("cargo", ["install", "--locked", "cargo-fuzz"])) return null;
  return "cargo-fuzz could not be installed: cargo tells why above; it needs the network once";
}

/** Runs every target for so many seconds; answers whether none of them found anything. */
export function fuzz(seconds, seed) {
  const reason = whyNot();
  if (reason !== null) {
    console.log(`left out: fuzz: ${reason}`);
    return process.env.CI === undefined;
  }
  // Instruments for coverage are still unstable options of the compiler; the app itself is never built this way.
  const env = { ...process.env, RUSTC_BOOTSTRAP: "1" };
  const work = join(targetFolder, "fuzz");
  return targets
    .map((target) => {
      const corpus = join(work, "corpus", target);
      mkdirSync(corpus, { recursive: true });
      const places = ["--fuzz-dir", folder, "--target-dir", work];
      const limits = [`-max_total_time=${seconds}`, `-max_len=${longestInput[target]}`, `-rss_limit_mb=${mostMemory}`, "-timeout=20", `-seed=${seed}`];
      const good = runInForeground("cargo", ["fuzz", "run", ...places, "--sanitizer", "none", target, corpus, "--", ...limits, "-print_final_stats=1"], { env });
      console.log(`fuzz ${target}: ${seconds} s, ${good ? "nothing found" : "FAILED: the input stands above"} (seed ${seed})`);
      return good;
    })
    .every(Boolean);
}
