// From a brief into a practice.
import { core, type RunOptions } from "./api";
import { practice } from "./practice.svelte";
import { router } from "./route.svelte";
import { ear } from "./sound/heard.svelte";

/** Starts right away; `typed` when there is nothing to talk into. Throws `Refused`. */
export async function start(slug: string, options: RunOptions, typed = false): Promise<void> {
  ear.forget();
  // Before the core answers: word of the new practice may come sooner than the answer.
  practice.typed = typed;
  practice.take(await core.startPractice(slug, options));
}

/** Starts, by way of the sound check unless this microphone worked lately. Throws `Refused`. */
export async function startFromBrief(slug: string, options: RunOptions): Promise<void> {
  const checked = await core.sound().then(
    (sound) => sound.checked_recently,
    () => false,
  );
  if (checked) await start(slug, options);
  else router.go({ name: "sound-check", slug, options });
}
