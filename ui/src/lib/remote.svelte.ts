// The user's own server as the core last told it. Every promise about where a recording goes is made from this.
import { core, errorView, onChanged, type ErrorView, type SyncView } from "./api";
import { copies } from "./sync/standing";

class Remote {
  /** `null` until the core has answered for the first time. */
  view = $state.raw<SyncView | null>(null);
  /** Why the core could not be asked; stands until it can. */
  error = $state.raw<ErrorView | null>(null);
  /** A recovery code that is not written down yet. It is told once, so it outlives the screen it is shown on. */
  code = $state.raw<string | null>(null);
  /** Somebody signed out since the program began, so a server may have what was recorded until then. */
  left = $state(false);
  #asking = 0;

  /** Where a recording goes besides this computer. */
  get copies() {
    return copies(this.view);
  }

  follow(): void {
    onChanged(["sync", "app"], () => void this.load());
  }

  /** Asks the core. Never throws: the last answer stays. */
  async load(): Promise<void> {
    const number = ++this.#asking;
    try {
      const view = await core.sync();
      if (number === this.#asking) this.#show(view);
    } catch (cause) {
      if (number === this.#asking) this.error = errorView(cause);
    }
  }

  /** What a command answered is newer than what was asked for before it. */
  take(view: SyncView): void {
    ++this.#asking;
    this.#show(view);
  }

  #show(view: SyncView): void {
    if (view.account !== null) this.left = false;
    else if (this.view?.account) this.left = true;
    [this.view, this.error] = [view, null];
  }
}

export const remote = new Remote();
