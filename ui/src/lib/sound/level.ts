// Loudness in words and as a share of the meter. Thresholds follow what the core says about finished takes.

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
