// The microphone of the sound check: open while somebody looks at its meter, closed when they leave.
import { core, errorView, type ErrorView, type SoundView } from "../api";
import { app } from "../app.svelte";
import { ask, type Asked } from "../asked.svelte";
import { ear } from "./heard.svelte";

export class Microphone {
  readonly sound: Asked<SoundView> = ask(["sound"], () => core.sound());
  /** What the core refused, when the view itself does not say it. */
  refused = $state.raw<ErrorView | null>(null);

  get view(): SoundView | undefined {
    return this.sound.value;
  }

  get error(): ErrorView | null {
    return this.view?.error ?? this.refused;
  }

  get live(): boolean {
    return this.view?.state === "open" || this.view?.state === "muted";
  }

  open = (): Promise<void> => {
    ear.forget();
    return this.#attempt(() => core.openMicrophone());
  };

  close = (): Promise<void> => this.#attempt(() => core.closeMicrophone());

  echo = (): Promise<void> => this.#attempt(() => core.echoTest());

  privacySettings = (): Promise<void> => this.#attempt(() => core.openPrivacySettings());

  /** Another microphone; null is the system's default. */
  choose = async (id: string | null): Promise<void> => {
    const reopen = this.live || this.view?.state === "failed";
    await this.#attempt(() => app.change({ microphone: id }));
    if (reopen) await this.open();
  };

  async #attempt(command: () => Promise<unknown>): Promise<void> {
    this.refused = null;
    try {
      await command();
    } catch (cause) {
      this.refused = errorView(cause);
    }
    await this.sound.again();
  }
}
