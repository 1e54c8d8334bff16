// What the comparison needs: recordings and Python from the system, Praat in an environment of its own below the
// target folder, and the built examples. Running it again changes nothing that is already right.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { answerOf, root, runInForeground, targetFolder } from "../programs.mjs";
import { Unready, setUpRecordings } from "../setup.mjs";

const work = join(targetFolder, "accuracy");
const environment = join(work, "venv");
const python = join(environment, "bin/python");
const requirements = join(root, "tests/accuracy/requirements.txt");

/** The folder of the examples that measure. */
export const examples = join(targetFolder, "release/examples");

/** Makes the Python environment anew where it is missing or holds other versions than those asked for. */
function preparePython() {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const mark = join(environment, ".rehearse-requirements");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted && answerOf(python, ["--version"]) !== null) return;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  if (!runInForeground("python3", ["-m", "venv", environment])) throw new Unready("Python could not make an environment: is the package python3-venv installed?");
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--requirement", requirements];
  if (!runInForeground(python, install)) throw new Unready("Praat and NumPy could not be installed for Python: pip tells why above; it needs the network once.");
  writeFileSync(mark, wanted);
}

/** In release, as it is shipped: speed is measured too. */
function buildExamples() {
  const wanted = { "rehearse-delivery": ["measure", "stream_memory"], "rehearse-audio": ["encode_bench"] };
  for (const [crate, names] of Object.entries(wanted)) {
    const words = ["build", "--release", "--locked", "--quiet", "--package", crate, ...names.flatMap((name) => ["--example", name])];
    if (!runInForeground("cargo", words)) throw new Unready(`The examples of ${crate} were not built.`);
  }
}

/** A truth that is wrong would make every figure look wrong. */
function checkTruth() {
  const tests = ["-m", "unittest", "--quiet", "test_truth"];
  const done = spawnSync(python, tests, { cwd: join(root, "tests/accuracy"), encoding: "utf8", env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
  if (done.status !== 0) throw new Unready(`${done.stderr}\nThe truth itself is wrong: nothing was compared.`);
}

/** Makes everything ready; answers the Python to run and the folder for what is made and kept. */
export async function prepare({ assumeYes }) {
  await setUpRecordings(assumeYes);
  preparePython();
  checkTruth();
  buildExamples();
  return { python, work };
}
