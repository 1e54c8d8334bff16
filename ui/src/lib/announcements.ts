// Which sentences are worth saying aloud. Pure: the moment comes in by argument.

/** The same sentence again within this time is one announcement, in milliseconds. */
const ONCE_WITHIN_MS = 1500;
/** Sentences within this time are read as one, in milliseconds. */
const TOGETHER_WITHIN_MS = 50;

export class Announcements {
  #last = "";
  #at = Number.NEGATIVE_INFINITY;
  #reading = "";
  #readingAt = Number.NEGATIVE_INFINITY;

  repeats(text: string, now: number): boolean {
    const repeated = text === "" || (text === this.#last && now - this.#at < ONCE_WITHIN_MS);
    if (!repeated) [this.#last, this.#at] = [text, now];
    return repeated;
  }

  /**
   * What is to be read for a new sentence. When it `goesOn`, it follows another so closely that reading it alone would
   * take the place of one that nobody has heard yet; both are read.
   */
  reading(text: string, now: number): { text: string; goesOn: boolean } {
    const goesOn = now - this.#readingAt < TOGETHER_WITHIN_MS;
    this.#reading = goesOn ? `${this.#reading} ${text}` : text;
    this.#readingAt = now;
    return { text: this.#reading, goesOn };
  }
}
