// An answer of the core that a screen shows: asked when the screen appears, when what it was asked with changes, and
// when the core says that it changed. The old answer stays on screen until the new one is there.
import { errorView, onChanged, type ErrorView, type Topic } from "./api";

export class Asked<T> {
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<ErrorView | null>(null);
  loading = $state(true);
  #asking = 0;

  constructor(private readonly question: () => Promise<T>) {}

  /** Asks again. An answer that is overtaken by a later question is dropped. */
  again = async (): Promise<void> => {
    const number = ++this.#asking;
    this.loading = true;
    try {
      const value = await this.question();
      if (number === this.#asking) [this.value, this.error] = [value, null];
    } catch (cause) {
      if (number === this.#asking) this.error = errorView(cause);
    } finally {
      if (number === this.#asking) this.loading = false;
    }
  };
}

/** To be called while a component is set up. `question` may read states; it is asked again when they change. */
export function ask<T>(topics: readonly Topic[], question: () => Promise<T>): Asked<T> {
  const asked = new Asked(question);
  $effect(() => {
    void asked.again();
  });
  $effect(() => onChanged(topics, () => void asked.again()));
  return asked;
}
