// Which sentences are worth saying aloud. Pure: the moment comes in by argument.

/** The same sentence again within this time is one announcement, in milliseconds. */
const ONCE_WITHIN_MS = 1500;

export class Announcements {
  #last = "";
  #at = Number.NEGATIVE_INFINITY;

  repeats(text: string, now: number): boolean {
    const repeated = text === "" || (text === this.#last && now - this.#at < ONCE_WITHIN_MS);
    if (!repeated) [this.#last, this.#at] = [text, now];
    return repeated;
  }
}
