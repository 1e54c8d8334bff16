// One <audio> element for a screen: it plays one clip at a time, at any speed, and knows where it is.
import { Clips, errorView, type ErrorView } from "../api";

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** The next speed up or down; the same at either end. */
export function nextSpeed(speed: number, step: 1 | -1): number {
  const place = SPEEDS.findIndex((one) => one === speed);
  return SPEEDS[place + step] ?? speed;
}

export class Player {
  /** The clip that was chosen last; its sound may still be on the way. */
  clip = $state<string | null>(null);
  playing = $state(false);
  /** Place in the clip, in milliseconds. */
  at = $state(0);
  speed = $state(1);
  error = $state.raw<{ clip: string; view: ErrorView } | null>(null);
  /** Called when a clip was heard to its end. */
  ended: () => void = () => undefined;

  readonly #audio = new Audio();
  readonly #clips = new Clips();
  /** The clip whose sound the element holds. */
  #loaded: string | null = null;
  #wanted = 0;
  #frame = 0;

  constructor() {
    this.#audio.preload = "auto";
    this.#audio.onplay = () => {
      this.playing = true;
      this.#follow();
    };
    this.#audio.onpause = () => (this.playing = false);
    this.#audio.onseeked = () => (this.at = this.#audio.currentTime * 1000);
    this.#audio.onended = () => {
      this.playing = false;
      this.ended();
    };
  }

  /** Plays a clip from a place, by default from where it was left. */
  async play(clip: string, from?: number): Promise<void> {
    const wanted = ++this.#wanted;
    try {
      this.clip = clip;
      if (clip !== this.#loaded) {
        this.#audio.pause();
        cancelAnimationFrame(this.#frame);
        this.playing = false;
        this.#loaded = null;
        this.at = from ?? 0;
        const url = await this.#clips.url(clip);
        if (wanted !== this.#wanted) return;
        this.#audio.src = url;
        await this.#ready();
        if (wanted !== this.#wanted) return;
        this.#loaded = clip;
      }
      if (from !== undefined) this.#audio.currentTime = from / 1000;
      else if (this.#audio.ended) this.#audio.currentTime = 0;
      this.#audio.playbackRate = this.speed;
      this.error = null;
      await this.#audio.play();
    } catch (cause) {
      if (wanted !== this.#wanted || (cause instanceof DOMException && cause.name === "AbortError")) return;
      this.error = { clip, view: errorView(cause) };
      this.clip = this.#loaded = null;
      this.playing = false;
    }
  }

  pause(): void {
    ++this.#wanted;
    this.#audio.pause();
  }

  toggle(clip: string): void {
    if (this.playing && this.clip === clip) this.pause();
    else void this.play(clip);
  }

  seek(clip: string, at: number): void {
    if (clip === this.#loaded) {
      this.#audio.currentTime = at / 1000;
      this.at = at;
    } else void this.play(clip, at);
  }

  skip(by: number): void {
    if (this.clip !== null) this.seek(this.clip, Math.max(0, this.at + by));
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.#audio.playbackRate = speed;
  }

  /** Stops and gives the memory back. */
  release(): void {
    this.pause();
    cancelAnimationFrame(this.#frame);
    this.clip = this.#loaded = null;
    this.#audio.removeAttribute("src");
    this.#clips.release();
  }

  // Setting the place before the length is known is ignored by some engines.
  #ready(): Promise<void> {
    const audio = this.#audio;
    if (audio.readyState > 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      audio.onloadedmetadata = () => resolve();
      audio.onerror = () => reject(new Error(audio.error?.message ?? "media"));
    });
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const step = () => {
      this.at = this.#audio.currentTime * 1000;
      if (this.playing) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }
}
