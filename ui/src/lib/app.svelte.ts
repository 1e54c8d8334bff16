// The app as a whole: settings, language, theme, and whether the data could be opened.
import { core, errorView, onChanged, type AppView, type ErrorView, type Settings } from "./api";
import { language, learn, speak } from "./text/translate.svelte";
import { followTheme } from "./theme";

class App {
  view = $state.raw<AppView | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** Why the last change of settings was not made. */
  refused = $state.raw<ErrorView | null>(null);
  #changing: Promise<void> = Promise.resolve();
  #asking = 0;
  #taken = 0;

  get platform() {
    return this.view?.platform ?? "linux";
  }

  get settings(): Settings | null {
    return this.view?.settings ?? null;
  }

  get shortcuts() {
    return this.view?.settings.shortcuts ?? {};
  }

  /** Asks the core. Never throws: what went wrong is shown in place of the app. */
  async load(): Promise<void> {
    try {
      await this.#take(core.app());
    } catch (cause) {
      // The words for it are there in any case, whatever language the core would have chosen.
      await learn(language());
      this.error = errorView(cause);
    }
  }

  /**
   * Changes settings and shows what the core made of them. One change after the other: each is made to the settings
   * as the one before it left them. Throws `Refused`.
   */
  change(changes: Partial<Settings>): Promise<void> {
    const changed = this.#changing.then(async () => {
      if (!this.view) return;
      await this.#take(core.changeSettings({ ...this.view.settings, ...changes }));
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  /** The same from a control that has nowhere to throw to: what was refused stands in `refused` until the next change. */
  async set(changes: Partial<Settings>): Promise<void> {
    this.refused = null;
    try {
      await this.change(changes);
    } catch (cause) {
      this.refused = errorView(cause);
    }
  }

  /** Tries again to open the data, or to reach the core at all. Throws `Refused`. */
  async openAgain(): Promise<void> {
    await this.#take(core.openAgain());
  }

  /** Puts a damaged database aside and begins with an empty one. Throws `Refused`. */
  async setAsideDamaged(): Promise<void> {
    await this.#take(core.setAsideDamaged());
  }

  follow(): void {
    onChanged(["app", "recovery"], () => void this.load());
  }

  /** Shows an answer, unless something asked later has been answered sooner. */
  async #take(asked: Promise<AppView>): Promise<void> {
    const number = ++this.#asking;
    const view = await asked;
    await speak(view.language);
    if (number < this.#taken) return;
    this.#taken = number;
    this.view = view;
    this.error = null;
    followTheme(view.settings.theme);
  }
}

export const app = new App();
