// What Review can say and do about turns that have no words yet. Pure.
import type { ErrorView, ReviewView, TranscribedTurn, WordsView } from "../../lib/api";

/** What stands there: that nobody is set up, can be reached or asked, the offer, or how far it is. */
export type Standing = "nobody" | "offline" | "hindered" | "offer" | "running";

export function standing(words: WordsView): Standing {
  if (words.now) return "running";
  if (words.hindrance?.code === "no_transcriber") return "nobody";
  if (words.hindrance?.code === "transcriber_offline") return "offline";
  // An agreement is asked for once somebody wants it.
  return words.hindrance && toAgreeTo(words) === null ? "hindered" : "offer";
}

/** The host that somebody has to agree to first, because nothing that goes there is encrypted. */
export function toAgreeTo(words: WordsView): string | null {
  const { hindrance } = words;
  return hindrance?.code === "model_plain_http" ? (hindrance.params["host"] ?? null) : null;
}

export type Ended = "all" | "rest" | "stopped";

/** How it ended, for somebody who saw it go on: with every word, with all that could be heard, or because it was stopped.
 * Errors tell of themselves. */
export function ended({ words, turns }: Pick<ReviewView, "words" | "turns">): Ended | null {
  const lost = turns.some(
    ({ line, audio_missing }) => line.speaker === "trainee" && line.text === null && audio_missing,
  );
  if (words === null) return lost ? "rest" : "all";
  if (words.now || words.stopped || words.left.length > 0) return null;
  return "stopped";
}

/** Turns that were left without words, as they are numbered on the screen, together where the reason is the same. */
export function leftFor(left: readonly TranscribedTurn[]): { error: ErrorView; turns: number[] }[] {
  const reasons = new Map<string, { error: ErrorView; turns: number[] }>();
  for (const { sequence, trouble } of left) {
    if (trouble === null) continue;
    const reason = reasons.get(trouble.code) ?? { error: trouble, turns: [] };
    reason.turns.push(sequence + 1);
    reasons.set(trouble.code, reason);
  }
  return [...reasons.values()];
}

/** What to do next, where it is not what a practice that is still open says. */
export type Next = "offline" | "again" | "agree" | "settings" | null;

const PASSING = new Set(["unavailable", "broke_off", "timed_out", "malformed", "busy", "down"]);

export function nextAfter(error: ErrorView): Next {
  if (error.code === "model_plain_http") return "agree";
  const why = /^transcriber_(\w+)$/.exec(error.code)?.[1];
  if (why === undefined)
    return error.code === "no_transcriber" || error.code === "model_key_missing" ? "settings" : null;
  if (why === "offline") return "offline";
  return PASSING.has(why) ? "again" : "settings";
}
