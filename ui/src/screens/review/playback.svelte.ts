// Listening to a session: one turn, or everything from here on. A turn without sound is shown for as long as it takes
// to read it.
import type { ReviewTurn } from "../../lib/api";
import { Player } from "../../lib/sound/player.svelte";

const READING_MS_PER_CHARACTER = 55;
const READING_MS = { least: 1500, most: 8000 };
/** How long before a moment it begins to be heard, in milliseconds: what leads up to a pause makes it one. */
const LEAD_MS = 500;

export function playable(turn: ReviewTurn): boolean {
  return turn.line.clip !== null && !turn.audio_missing;
}

export class Playback {
  readonly player = new Player();
  /** The turn that is heard or shown, by its place in the list. */
  current = $state<number | null>(null);
  /** Goes on to the next turn by itself. */
  through = $state(false);
  #reading: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly turns: () => readonly ReviewTurn[]) {
    this.player.ended = () => {
      if (this.through) this.#enter((this.current ?? -1) + 1);
    };
  }

  get running(): boolean {
    return this.player.playing || this.through;
  }

  /** Plays or pauses one turn. */
  toggle(index: number): void {
    const clip = this.turns()[index]?.line.clip;
    if (!clip) return;
    this.#stopThrough();
    this.current = index;
    this.player.toggle(clip);
  }

  seek(index: number, at: number): void {
    const clip = this.turns()[index]?.line.clip;
    if (!clip) return;
    clearTimeout(this.#reading);
    this.current = index;
    this.player.seek(clip, at);
  }

  /** Plays one turn from just before a moment in it, whatever was playing. */
  hear(index: number, at: number): void {
    const clip = this.turns()[index]?.line.clip;
    if (!clip) return;
    this.#stopThrough();
    this.current = index;
    void this.player.play(clip, Math.max(0, at - LEAD_MS));
  }

  /** Plays everything from the current turn on, or pauses. */
  toggleThrough = (): void => {
    if (this.running) {
      this.#stopThrough();
      this.player.pause();
      return;
    }
    this.through = true;
    this.#enter(this.current ?? 0);
  };

  skip(by: number): void {
    this.player.skip(by);
  }

  release(): void {
    this.#stopThrough();
    this.player.release();
  }

  #stopThrough(): void {
    this.through = false;
    clearTimeout(this.#reading);
  }

  #enter(index: number): void {
    const turn = this.turns()[index];
    if (!turn) {
      this.#stopThrough();
      this.current = null;
      return;
    }
    this.current = index;
    if (playable(turn) && turn.line.clip !== null) {
      void this.player.play(turn.line.clip).then(() => {
        // A turn that cannot be played does not stop the rest.
        if (this.through && this.player.error?.clip === turn.line.clip) this.#enter(index + 1);
      });
      return;
    }
    const length = (turn.line.text ?? "").length * READING_MS_PER_CHARACTER;
    const time = Math.min(READING_MS.most, Math.max(READING_MS.least, length)) / this.player.speed;
    this.#reading = setTimeout(() => this.through && this.#enter(index + 1), time);
  }
}
