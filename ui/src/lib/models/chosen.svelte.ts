// The models as the core last told them. Every promise about who hears a practice is made from this.
import { core, errorView, onChanged, type ErrorView, type ModelsView } from "../api";

class Models {
  /** `null` until the core has answered for the first time. */
  view = $state.raw<ModelsView | null>(null);
  /** Why the core could not be asked; stands until it can. */
  error = $state.raw<ErrorView | null>(null);
  #asking = 0;

  /** Hosts that hear the trainee in a practice with the model. */
  get hosts(): string[] {
    return this.view?.voice_goes_to ?? [];
  }

  /** Hosts that get what was said once a practice is over. */
  get feedbackHosts(): string[] {
    return this.view?.feedback_by ?? [];
  }

  follow(): void {
    onChanged(["models"], () => void this.load());
  }

  /** Asks the core. Never throws: the last answer stays. */
  async load(): Promise<void> {
    const number = ++this.#asking;
    try {
      const view = await core.models();
      if (number === this.#asking) [this.view, this.error] = [view, null];
    } catch (cause) {
      if (number === this.#asking) this.error = errorView(cause);
    }
  }

  /** What a command answered is newer than what was asked for before it. */
  take(view: ModelsView): void {
    ++this.#asking;
    [this.view, this.error] = [view, null];
  }
}

export const models = new Models();
