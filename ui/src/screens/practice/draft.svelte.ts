// The words of a typed turn until they are a turn. The box may come and go; the words stay until they are in the
// dialogue or the user closes the box.
import type { LineView } from "../../lib/api";

/** While somebody types, the core is told at most this often that they are not idle, in milliseconds. */
export const TYPING_MS = 15_000;

export class Draft {
  text = $state("");
  /** The user wants to type; whether the box is in sight depends on what is allowed. */
  open = $state(false);
  /** Sent, and not in the dialogue yet: the words must not change now. */
  sent = $state(false);
  /** There is nothing to talk into, so the box comes again for each turn until it is closed. */
  #stays = false;
  #answered = false;
  #after: number | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** Whether it is time to tell the core that somebody is typing. */
  stirs(text: string, now: number): boolean {
    if (text.trim() === "" || now - this.#toldAt < TYPING_MS) return false;
    this.#toldAt = now;
    return true;
  }

  /** The words to be sent after what was said so far; null when there are none or they are on their way. */
  send(lines: readonly LineView[]): string | null {
    const words = this.text.trim();
    if (words === "" || this.sent) return null;
    this.#after = lines.at(-1)?.sequence ?? -1;
    [this.sent, this.#answered] = [true, false];
    return words;
  }

  /** The core has had the words and was asked again. */
  answered(): void {
    this.#answered = true;
  }

  /** The dialogue as it is now, and whether a turn could be typed. Once the turn is in it, nothing is left to keep. */
  told(lines: readonly LineView[], typing: boolean): void {
    const after = this.#after;
    if (after === null) return;
    // A turn without sound is a typed one.
    const there = lines.some((line) => line.speaker === "trainee" && line.sequence > after && line.clip === null);
    if (there) this.#clear(this.#stays);
    // It is still the trainee's turn: the core did not take the words. They can be changed and sent again.
    else if (this.#answered && typing) this.sent = false;
  }

  /** The turns are typed, this one and those that follow. */
  get stays(): boolean {
    return this.#stays;
  }

  /** Opens the box for this turn and for those that follow. */
  stay(): void {
    [this.#stays, this.open] = [true, true];
  }

  /** Somebody talks all the same: they want to know when nothing hears them. Words that were begun stay. */
  talks(): void {
    this.#stays = false;
    if (this.text === "") this.open = false;
  }

  close(): void {
    this.#stays = false;
    this.#clear(false);
  }

  #clear(open: boolean): void {
    [this.text, this.open, this.sent, this.#after] = ["", open, false, null];
  }
}
