// Sound for review. An <audio> element cannot read the app's own scheme on every system, so a clip is fetched whole
// and handed over as a blob; clips are minutes long, not hours.
import { convertFileSrc } from "@tauri-apps/api/core";
import type { ErrorView } from "../bindings";
import { isErrorView, Refused } from "./core";

const missing = (clip: string): ErrorView => ({ code: "audio_missing", params: { file: `${clip}.mp3` } });

/** Why the core gives none. */
async function whyNot(answer: Response, clip: string): Promise<ErrorView> {
  try {
    const why: unknown = await answer.json();
    return isErrorView(why) ? why : missing(clip);
  } catch {
    return missing(clip);
  }
}

async function fetched(clip: string): Promise<Blob> {
  let answer: Response;
  try {
    answer = await fetch(convertFileSrc(clip, "clip"));
  } catch {
    throw new Refused(missing(clip));
  }
  if (!answer.ok) throw new Refused(await whyNot(answer, clip));
  const sound = await answer.blob();
  return sound.type === "" ? new Blob([sound], { type: "audio/mpeg" }) : sound;
}

/** The clips one screen plays, fetched once each and given back together. */
export class Clips {
  readonly #urls = new Map<string, Promise<string>>();

  /** A URL that an <audio> element can play. Throws `Refused` when the file is missing. */
  url(clip: string): Promise<string> {
    let url = this.#urls.get(clip);
    if (!url) {
      url = fetched(clip).then((sound) => URL.createObjectURL(sound));
      url.catch(() => this.#urls.delete(clip));
      this.#urls.set(clip, url);
    }
    return url;
  }

  /** Gives the memory back. */
  release(): void {
    for (const url of this.#urls.values()) url.then(URL.revokeObjectURL, () => undefined);
    this.#urls.clear();
  }
}
