// Loudness in words and as a share of the meter. Thresholds follow what the core says about finished takes.
import type { MicrophoneState } from "../api";

export type LevelWord = "silent" | "quiet" | "good" | "loud";

const FLOOR_DBFS = -60;
const HEARD_DBFS = -50;
const GOOD_DBFS = -36;

/** What to say about the level of speech. */
export function levelWord(rmsDbfs: number, clipping: boolean): LevelWord {
  if (clipping) return "loud";
  if (rmsDbfs < HEARD_DBFS) return "silent";
  return rmsDbfs < GOOD_DBFS ? "quiet" : "good";
}

/** Share of the meter, 0 to 1, even over decibels. */
export function meterShare(rmsDbfs: number): number {
  return Math.min(1, Math.max(0, (rmsDbfs - FLOOR_DBFS) / -FLOOR_DBFS));
}

export type NoiseWord = "low" | "some" | "high";

/** What to say about the room, from the quietest level heard lately. */
export function noiseWord(floorDbfs: number): NoiseWord {
  return floorDbfs < -55 ? "low" : floorDbfs < -42 ? "some" : "high";
}

const LOUDNESS: readonly LevelWord[] = ["silent", "quiet", "good", "loud"];

/**
 * What to say about a sentence as a whole: it fades before it ends, and a pause after it takes nothing back. The next
 * sentence is judged anew.
 */
export class Sentence {
  #word: LevelWord = "silent";
  #speaking = false;

  /** The verdict after the level is said to be `now`. */
  hear(now: LevelWord): LevelWord {
    if (now !== "silent" && (!this.#speaking || LOUDNESS.indexOf(now) > LOUDNESS.indexOf(this.#word))) this.#word = now;
    this.#speaking = now !== "silent";
    return this.#word;
  }
}

/** The one sentence about the microphone: a state of the device while nothing was heard, else how one was heard. */
export function verdict(state: MicrophoneState, spoken: LevelWord): `state.${MicrophoneState}` | `level.${LevelWord}` {
  if (state !== "open" && state !== "muted") return `state.${state}`;
  // Many a microphone sends plain zeros between two sentences. That is silence, and only before the first one a doubt.
  return state === "muted" && spoken === "silent" ? "state.muted" : `level.${spoken}`;
}
