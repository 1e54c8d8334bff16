// What the microphone hears right now, for meters and the live waveform. Kept apart from views: it comes 20 times a
// second, and losing some of it is harmless.
import type { Heard } from "../api";
import { levelWord, meterShare, Sentence, type LevelWord } from "./level";

const KEPT = 120;
const SILENCE_DBFS = -120;
// Words change slowly even when the level does not, or nobody could read them.
const FALL_DB = 1.2;

class Ear {
  /** Share of the meter, 0 to 1. */
  share = $state(0);
  /** The level in words, held for a moment after it was loud. */
  word = $state<LevelWord>("silent");
  /** What to say about the latest sentence as a whole; silent until there was one. */
  spoken = $state<LevelWord>("silent");
  /** The quietest level lately, for the noise of the room; null until enough was heard. */
  floorDbfs = $state<number | null>(null);
  /** Shares of the meter, oldest first. */
  recent = $state.raw<readonly number[]>([]);

  #held = SILENCE_DBFS;
  #clippedFor = 0;
  #levels: number[] = [];
  #sentence = new Sentence();

  hear({ rms_dbfs, clipping }: Heard): void {
    const rms = rms_dbfs ?? SILENCE_DBFS;
    this.#held = Math.max(rms, this.#held - FALL_DB);
    this.#clippedFor = clipping ? 20 : Math.max(0, this.#clippedFor - 1);
    this.share = meterShare(rms);
    this.word = levelWord(this.#held, this.#clippedFor > 0);
    this.spoken = this.#sentence.hear(this.word);
    this.recent = [...this.recent.slice(-(KEPT - 1)), this.share];
    this.#levels = [...this.#levels.slice(-(KEPT - 1)), rms];
    this.floorDbfs = this.#levels.length < 30 ? null : quiet(this.#levels);
  }

  /** A new take or another device: nothing heard before counts. */
  forget(): void {
    this.share = 0;
    this.word = this.spoken = "silent";
    this.#sentence = new Sentence();
    this.floorDbfs = null;
    this.recent = [];
    this.#held = SILENCE_DBFS;
    this.#clippedFor = 0;
    this.#levels = [];
  }
}

// The tenth percentile: pauses between words show the room.
function quiet(levels: readonly number[]): number {
  const sorted = [...levels].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? SILENCE_DBFS;
}

export const ear = new Ear();
