// Talking without keys, in words. Pure.
import type { CutIn, PracticeView, SoundView, TalkMode } from "./api";

type HandsFree = NonNullable<PracticeView["hands_free"]>;

/** In the order in which they are offered. */
export const TALK_MODES: readonly TalkMode[] = ["push_to_talk", "hands_free"];
export const CUT_INS: readonly CutIn[] = ["automatic", "on", "off"];

/** The pauses that can be chosen, in milliseconds: 0.5 s to 4 s. */
export const PAUSES: readonly number[] = [500, 1000, 1500, 2000, 2500, 3000, 3500, 4000];

/** The pause of the list that is closest to the one that is kept. */
export function pauseOf(kept: number): number {
  return PAUSES.reduce((best, pause) => (Math.abs(pause - kept) < Math.abs(best - kept) ? pause : best));
}

/** Seconds with one digit where it says something: 1.5, 2. */
export function seconds(milliseconds: number): string {
  return String(Math.round(milliseconds / 100) / 10);
}

/** Which sentence says what speaking over the partner does; null when the choice says it. */
export function cutInNote(
  choice: CutIn,
  warm: boolean,
  sound: Pick<SoundView, "headphones"> | undefined,
): "cold" | "headphones" | "loudspeaker" | "loudspeaker_on" | null {
  if (choice === "off" || sound === undefined) return null;
  if (!warm) return "cold";
  if (sound.headphones) return "headphones";
  return choice === "on" ? "loudspeaker_on" : "loudspeaker";
}

/** The line under the talk button. */
export type HandsFreeHelp =
  | { key: "practice.ends_after" | "practice.ends_in"; seconds: string }
  | { key: "practice.or_hold" | "practice.speak_to_cut_in" | "practice.key_to_cut_in" | "practice.partner_waits" };

/** What is said under the talk button; null where it is what is said with keys. `past` is the age of the view. */
export function handsFreeHelp(phase: PracticeView["phase"], now: HandsFree, past: number): HandsFreeHelp | null {
  if (phase === "recording" && now.by_voice) {
    return now.ends_in_ms === null
      ? { key: "practice.ends_after", seconds: seconds(now.pause_ms) }
      : { key: "practice.ends_in", seconds: seconds(Math.max(0, now.ends_in_ms - past)) };
  }
  if (phase === "your_turn" && now.listening) return { key: "practice.or_hold" };
  if (phase !== "partner_speaking") return null;
  if (now.partner_waits) return { key: "practice.partner_waits" };
  return { key: now.cut_in ? "practice.speak_to_cut_in" : "practice.key_to_cut_in" };
}
