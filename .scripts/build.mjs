// `npm run build`: the release programs and this system's installers, with `rehearse-cli` inside.

import { join } from "node:path";

import { root, runInForeground, tauri } from "./programs.mjs";
import { setUpOrExit } from "./setup.mjs";
import { packWithXz } from "./smaller-deb.mjs";

const kinds = { linux: "deb,rpm", darwin: "app,dmg", win32: "nsis" };
const windowsConfiguration = { bundle: { resources: { "target/release/rehearse-cli.exe": "rehearse-cli.exe", NOTICE: "NOTICE" } } };

await setUpOrExit({ assumeYes: process.argv.includes("--yes") });

// tauri.conf.json names the command line's program by its place below target/.
const env = { ...process.env, CARGO_TARGET_DIR: join(root, "target") };
const cli = ["build", "--release", "--locked", "--package", "rehearse-cli"];
if (!runInForeground("cargo", cli, { env })) process.exit(1);

const extra = process.platform === "win32" ? ["--config", JSON.stringify(windowsConfiguration)] : [];
const [program, words] = tauri("build", "--bundles", kinds[process.platform] ?? "deb", ...extra, "--", "--locked");
let built = runInForeground(program, words, { env });
if (built && process.platform === "linux") built = packWithXz(join(root, "target", "release", "bundle", "deb"));
process.exit(built ? 0 : 1);
