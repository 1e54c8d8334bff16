// What must be on the machine before anything else: each missing piece is one sentence that names it and says how
// to get it. Looks only, installs nothing.

import { answerOf, isInstalled } from "./programs.mjs";

const oldestNode = [20, 19];
const oldestRust = [1, 95];

const numbers = (text) => (text?.match(/\d+/g) ?? []).slice(0, 2).map(Number);

function isOlder(version, oldest) {
  const [major = 0, minor = 0] = version;
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

function nodeIsMissing() {
  if (!isOlder(numbers(process.versions.node), oldestNode)) return null;
  return `Node ${oldestNode.join(".")} or newer is needed and this is ${process.versions.node}: get it from https://nodejs.org or with your package manager.`;
}

function rustIsMissing() {
  const wanted = oldestRust.join(".");
  const found = answerOf("rustc", ["--version"]);
  if (found !== null && !isInstalled("cargo")) return "Rust is here without Cargo: install Rust from https://rustup.rs.";
  if (found !== null && !isOlder(numbers(found), oldestRust)) return null;
  if (isInstalled("rustup")) return `Rust ${wanted} or newer is needed: run \`rustup update stable && rustup default stable\`.`;
  const here = found === null ? "" : ` and this is ${found}`;
  const shortcut = { darwin: " or with `brew install rustup && rustup default stable`", win32: " or with `winget install Rustlang.Rustup`" };
  return `Rust ${wanted} or newer is needed${here}: install it from https://rustup.rs${shortcut[process.platform] ?? ""}.`;
}

function compilerIsMissing() {
  if (process.platform === "darwin") {
    const tools = answerOf("xcode-select", ["-p"]);
    return tools === null ? "A C compiler is needed: run `xcode-select --install`." : null;
  }
  if (process.platform === "win32") {
    const finder = "C:\\Program Files (x86)\\Microsoft Visual Studio\\Installer\\vswhere.exe";
    const part = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64";
    const found = answerOf(finder, ["-products", "*", "-requires", part, "-property", "installationPath"]);
    return found ? null : "The Microsoft C++ build tools are needed: run `winget install Microsoft.VisualStudio.2022.BuildTools` and choose \"Desktop development with C++\".";
  }
  return null;
}

/** One sentence for each prerequisite that is missing. On Linux the compiler comes with the system packages. */
export function missingPrerequisites() {
  return [nodeIsMissing(), rustIsMissing(), compilerIsMissing()].filter(Boolean);
}

/** One sentence for the parts of Rust that only the tests need, where one is missing. */
export function missingTestPrerequisites() {
  const parts = { rustfmt: "fmt", clippy: "clippy" };
  const missing = Object.keys(parts).filter((name) => answerOf("cargo", [parts[name], "--version"]) === null);
  if (missing.length === 0) return [];
  const remedy = isInstalled("rustup") ? `run \`rustup component add ${missing.join(" ")}\`` : "install Rust from https://rustup.rs, which brings them";
  return [`The tests need ${missing.join(" and ")}: ${remedy}.`];
}

/** The libraries that a Linux without a known package manager lacks, as pkg-config calls them. */
export function missingLibraries() {
  if (!isInstalled("cc")) return ["a C compiler"];
  if (!isInstalled("pkg-config")) return ["pkg-config"];
  return ["webkit2gtk-4.1", "alsa"].filter((name) => answerOf("pkg-config", ["--exists", name]) === null);
}
