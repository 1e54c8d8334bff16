// The talk key and the talk button: hold to talk, or tap once to start and once to send. Pure: the moment and the
// state of the practice come in by argument, actions come out.
import type { Action } from "../api";

type TalkAction = Extract<Action, { kind: "press" | "release" | "lock" }>;

/** A press shorter than this is a tap, in milliseconds. */
export const TAP_MS = 300;

export class TalkKey {
  #since: number | null = null;
  #startedTake = false;
  #latched = false;

  get held(): boolean {
    return this.#since !== null;
  }

  /** Pressed. `taking`: a take is under way as far as the window knows. */
  down(now: number, taking: boolean): TalkAction[] {
    if (this.#since !== null) return [];
    this.#since = now;
    this.#startedTake = !taking && !this.#latched;
    this.#latched = false;
    return [{ kind: "press" }];
  }

  /** Let go. After a tap that started a take, the take stays on until the next press. */
  up(now: number): TalkAction[] {
    if (this.#since === null) return [];
    const tapped = this.#startedTake && now - this.#since < TAP_MS;
    this.#since = null;
    this.#latched = tapped;
    return tapped ? [{ kind: "lock" }, { kind: "release" }] : [{ kind: "release" }];
  }

  /** The window lost the focus, which counts as letting go, however short the press was. */
  lost(): TalkAction[] {
    if (this.#since === null) return [];
    this.#since = null;
    return [{ kind: "release" }];
  }

  /** The take is over, whoever ended it. A key that is still held counts as let go: the next press is a new one. */
  takeEnded(): TalkAction[] {
    this.#latched = false;
    this.#startedTake = false;
    return this.lost();
  }
}
