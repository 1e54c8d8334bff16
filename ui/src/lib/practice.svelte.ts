// The open practice as the core last told it, and the clocks between two tellings.
import { core, errorView, onChanged, type Action, type ErrorView, type PracticeView } from "./api";

class Practice {
  view = $state.raw<PracticeView | null>(null);
  /** When the view came, on the clock of the page, in milliseconds. */
  toldAt = $state(0);
  /** It was started to be typed, because there was nothing to talk into. */
  typed = false;
  /** Why the last action was refused; stands until the next one. */
  #refused = $state.raw<ErrorView | null>(null);
  /** Why the core could not be asked; stands until it can. */
  #unasked = $state.raw<ErrorView | null>(null);
  #asking = 0;
  #acting: Promise<void> = Promise.resolve();
  #closing = false;

  get error(): ErrorView | null {
    return this.#refused ?? this.#unasked;
  }

  follow(): void {
    onChanged(["practice"], () => void this.ask());
  }

  /** Asks the core which practice is open. */
  async ask(): Promise<void> {
    if (this.#closing) return;
    const number = ++this.#asking;
    try {
      const view = await core.practice();
      if (number === this.#asking) this.take(view);
    } catch (cause) {
      if (number === this.#asking) this.#unasked = errorView(cause);
    }
  }

  take(view: PracticeView | null): void {
    // What was refused in another practice says nothing about this one.
    if (view?.session !== this.view?.session) this.#refused = null;
    this.toldAt = performance.now();
    this.view = view;
    this.#unasked = null;
  }

  /** Actions reach the core in the order in which they were meant. */
  act(action: Action): Promise<void> {
    this.#refused = null;
    this.#acting = this.#acting.then(async () => {
      try {
        await core.act(action);
      } catch (cause) {
        this.#refused = errorView(cause);
      }
    });
    return this.#acting;
  }

  /** Has a turn of the trainee written down once more. */
  writeDownAgain(sequence: number): Promise<boolean> {
    return this.#put(() => core.writeDownAgain(sequence));
  }

  /** Puts the words of a turn right. Whether the core took them. */
  correctWords(sequence: number, words: string): Promise<boolean> {
    return this.#put(() => core.correctWords(sequence, words));
  }

  async #put(way: () => Promise<unknown>): Promise<boolean> {
    this.#refused = null;
    try {
      await way();
      return true;
    } catch (cause) {
      this.#refused = errorView(cause);
      return false;
    }
  }

  /** Leaves the end card. The window goes on at once; a practice that could not be closed comes back. */
  async close(): Promise<void> {
    ++this.#asking;
    this.#closing = true;
    this.take(null);
    let refused: ErrorView | null = null;
    try {
      await core.closePractice();
    } catch (cause) {
      refused = errorView(cause);
    }
    this.#closing = false;
    if (!refused) return;
    await this.ask();
    this.#refused = refused;
  }
}

export const practice = new Practice();
