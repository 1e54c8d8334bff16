// One practice that is killed without warning, and what could be seen of it from outside until then.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, watch } from "node:fs";
import { basename, join } from "node:path";

// How the store marks lines of the partner, which are written in one go and can be made again.
const partnersLine = ".partner.";
const longestPractice = 60_000;

/** Every sound file below a folder. */
function sounds(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.mp3(\.part)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Tells of every new name in the folders of new sessions, as soon as the system does. */
function watchNames(audio, tell) {
  const watchers = [];
  const look = (folder) => {
    watchers.push(watch(folder, (_, name) => name !== null && tell(join(folder, name))));
    for (const name of readdirSync(folder)) tell(join(folder, name));
  };
  const known = new Set(readdirSync(audio));
  const top = watch(audio, (_, name) => {
    if (name === null || known.has(name) || !existsSync(join(audio, name))) return;
    known.add(name);
    look(join(audio, name));
  });
  return () => [top, ...watchers].forEach((one) => one.close());
}

/**
 * Starts a practice and kills it: after `life` milliseconds, or at the moment when so many takes have been renamed.
 * Answers the takes with how long each was spoken, the sound files that were left, and how many lines it had told of.
 */
export async function practiseUntilKilled({ cli, data, scratch, inputs }, { life, finishedTakes }) {
  const audio = join(data, "audio");
  mkdirSync(audio, { recursive: true, mode: 0o700 });
  const before = new Set(sounds(audio));
  const nowhere = join(scratch, "nowhere");
  const env = { ...process.env, LANG: "C.UTF-8", XDG_RUNTIME_DIR: nowhere, PULSE_SERVER: `unix:${nowhere}`, ALSA_CONFIG_PATH: nowhere };
  const words = ["practise", "ask-for-a-raise", "--realtime", ...inputs.flatMap((file) => ["--input", file]), "--data-dir", data];
  const [begun, renamed] = [new Map(), new Set()];
  let child = null;
  let killedAt = null;
  const kill = () => {
    killedAt ??= performance.now();
    child?.kill("SIGKILL");
  };
  const unwatch = watchNames(audio, (path) => {
    if (path.includes(partnersLine)) return;
    const clip = basename(path).split(".")[0];
    if (path.endsWith(".part") && !begun.has(clip)) begun.set(clip, performance.now());
    else if (path.endsWith(".mp3") && begun.has(clip) && !renamed.has(clip)) {
      renamed.add(clip);
      if (renamed.size === finishedTakes) kill();
    }
  });
  child = spawn(cli, words, { env, stdio: ["ignore", "pipe", "ignore"] });
  let told = "";
  child.stdout.on("data", (text) => (told += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const timer = setTimeout(kill, life ?? longestPractice);
  await ended;
  clearTimeout(timer);
  unwatch();
  const end = killedAt ?? performance.now();
  const files = sounds(audio).filter((file) => !before.has(file));
  const takes = files
    .map((file) => ({ file, clip: basename(file).split(".")[0] }))
    .filter(({ clip, file }) => renamed.has(clip) || (file.endsWith(".part") && begun.has(clip)))
    .map((take) => ({ ...take, spoken: end - begun.get(take.clip) }));
  // A whole line of the dialogue each; the last, with the id, comes only when it was not killed.
  const lines = told.split("\n").slice(0, -1).filter((line) => /^[^:]+: /.test(line));
  return { takes, files, told: lines.length };
}
