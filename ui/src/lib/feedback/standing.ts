// What a rating is called and what may be shown. Pure.
import type { MessageKey } from "../text/messages";
import type { Rating, RemarkView, ResultView, SkillResultView, Standing } from "../api";

export const RATINGS: readonly Rating[] = [1, 2, 3, 4, 5];

const BANDS = ["starting", "emerging", "developing", "solid", "strong"] as const;

/** The word for a rating. A rating outside 1 to 5 takes the word of the nearest one. */
export function bandKey(rating: Rating): MessageKey {
  const at = Math.min(BANDS.length, Math.max(1, Math.round(rating))) - 1;
  return `feedback.band.${BANDS[at] ?? "starting"}`;
}

/** The range that the looks lie in, where they are not all the same. */
export function range(standing: Standing): { low: Rating; high: Rating } | null {
  return standing.kind === "rated" && standing.low !== standing.high
    ? { low: standing.low, high: standing.high }
    : null;
}

/** How a level of the scale is drawn: reached, only within the range, or neither. */
export function levelOf(standing: Standing, level: Rating): "reached" | "within" | "open" {
  if (standing.kind !== "rated") return "open";
  if (level <= standing.rating) return "reached";
  return level <= standing.high ? "within" : "open";
}

/** Whether somebody judged who rates. */
export function judged(result: ResultView | null): result is ResultView {
  return result !== null && result.judge.kind === "model";
}

/** Whether it is a result that is kept, and not what rules count at this moment. */
export function kept(result: ResultView | null): result is ResultView {
  return result !== null && result.completed_at !== null;
}

/** How many ratings are not shown, because what they rest on is not in the words that stand here now. */
export function ofOtherWords({ skills }: ResultView): number {
  return skills.filter(({ standing }) => standing.kind === "not_observed" && standing.why === "other_words").length;
}

/** What to change about a skill, where it is not said above among the things to work on. */
export function changeBeside(skill: SkillResultView, result: ResultView): RemarkView | null {
  const { change } = skill;
  if (change === null) return null;
  const said = result.advice.some(
    ({ remark }) =>
      remark.text === change.text &&
      remark.quote.turn === change.quote.turn &&
      remark.quote.start === change.quote.start,
  );
  return said ? null : change;
}
