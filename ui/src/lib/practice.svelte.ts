// The open practice as the core last told it, and the clocks between two tellings.
import { core, errorView, onChanged, type Action, type ErrorView, type PracticeView } from "./api";

class Practice {
  view = $state.raw<PracticeView | null>(null);
  /** When the view came, on the clock of the page, in milliseconds. */
  toldAt = $state(0);
  error = $state.raw<ErrorView | null>(null);
  #asking = 0;
  #acting: Promise<void> = Promise.resolve();

  follow(): void {
    onChanged(["practice"], () => void this.ask());
  }

  /** Asks the core which practice is open. */
  async ask(): Promise<void> {
    const number = ++this.#asking;
    try {
      const view = await core.practice();
      if (number === this.#asking) this.take(view);
    } catch (cause) {
      if (number === this.#asking) this.error = errorView(cause);
    }
  }

  take(view: PracticeView | null): void {
    this.toldAt = performance.now();
    this.view = view;
    this.error = null;
  }

  /** Actions reach the core in the order in which they were meant. */
  act(action: Action): Promise<void> {
    this.#acting = this.#acting.then(async () => {
      try {
        await core.act(action);
      } catch (cause) {
        this.error = errorView(cause);
      }
    });
    return this.#acting;
  }

  /** Leaves the end card. */
  async close(): Promise<void> {
    try {
      await core.closePractice();
      ++this.#asking;
      this.take(null);
    } catch (cause) {
      this.error = errorView(cause);
    }
  }
}

export const practice = new Practice();
