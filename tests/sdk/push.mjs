// The same practices as the sender's bench tells, told by the official SDK: rows with `saveAll`, files and batches in
// pools of three. Prints how long that took, as one line of JSON. Started by .scripts/bench/sync.mjs.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import AV from "leancloud-storage";

const { url, appId, appKey, audio, snapshot } = JSON.parse(process.env.SYNC_BENCH);
const pool = 3;
const batch = 100;
AV.init({ appId, appKey, serverURL: url });

/** Does `work` for each of `all`, so many at once. */
async function each(all, work) {
  const rest = [...all.entries()];
  const results = new Array(all.length);
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: pool }, worker));
  return results;
}

const chunks = (all) => Array.from({ length: Math.ceil(all.length / batch) }, (_, at) => all.slice(at * batch, (at + 1) * batch));
const saveAll = (objects) => each(chunks(objects), (some) => AV.Object.saveAll(some));

const practices = readdirSync(audio).map((session) => ({
  session,
  clips: readdirSync(join(audio, session)).filter((name) => name.endsWith(".mp3")).map((name) => readFileSync(join(audio, session, name))),
}));
const user = await AV.User.loginAnonymously();
const acl = new AV.ACL(user);
const row = (name, fields) => {
  const made = new AV.Object(name, { ownerId: user.id, ...fields });
  made.setACL(acl);
  return made;
};

const begun = performance.now();
for (const practice of practices) {
  practice.row = row("PracticeSession", { clientId: practice.session, status: "active", language: "en", snapshot });
}
await saveAll(practices.map((practice) => practice.row));
const clips = practices.flatMap((practice) => practice.clips.map((bytes, sequence) => ({ practice, bytes, sequence })));
await each(clips, async (clip) => {
  const file = new AV.File(`${clip.practice.session}-${clip.sequence}.mp3`, clip.bytes, "audio/mpeg");
  file.setACL(acl);
  clip.file = await file.save();
});
await saveAll(
  clips.map(({ practice, sequence, file }) =>
    row("Turn", { sessionId: practice.row.id, sequence, speaker: sequence % 2 === 0 ? "ai" : "trainee", audioFileId: file.id, audioUrl: file.url() }),
  ),
);
for (const practice of practices) practice.evaluation = row("Evaluation", { sessionId: practice.row.id, status: "pending" });
await saveAll(practices.map((practice) => practice.evaluation));
for (const { row, evaluation } of practices) row.set({ status: "ended", evaluationId: evaluation.id });
await saveAll(practices.map((practice) => practice.row));
console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000 }));
