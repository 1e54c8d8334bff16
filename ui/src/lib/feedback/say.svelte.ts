// What a judge and the rules found, in the words of the window.
import { language, t } from "../text/translate.svelte";
import { latestRating, near, unseen, unseenSince } from "./over-time";
import { bandKey, range } from "./standing";
import type { SkillProgress, SkillUsual, Standing } from "../api";

/** "3 of 5", or that there is no rating. */
export function standingText(standing: Standing): string {
  if (standing.kind === "rated") return t("feedback.rating", { rating: standing.rating });
  return t(standing.why === "no_chance" || standing.why === "no_sign" ? "feedback.not_seen" : "feedback.not_rated");
}

/** "developing". */
export function bandText(rating: number): string {
  return t(bandKey(rating));
}

/** "62%". */
export function percent(share: number): string {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(share / 100);
}

export function figure(count: number): string {
  return new Intl.NumberFormat(language()).format(count);
}

/** "3 of 5, developing (between 2 and 4), unsure", or that there is no rating. */
export function standingWords(standing: Standing): string {
  if (standing.kind !== "rated") return standingText(standing);
  const [rating, band, span] = [standingText(standing), bandText(standing.rating), range(standing)];
  const value = span
    ? t("progress.skill_value_range", { rating, band, ...span })
    : t("progress.skill_value", { rating, band });
  return standing.confidence === "low" ? t("progress.skill_unsure", { value }) : value;
}

/** "3", or "3 to 4" where the middle lies between two levels. */
function usualText({ low, high }: SkillUsual): string {
  return low === high ? figure(low) : t("progress.skill_span", { low, high });
}

/** What can be said about a skill over the practices, sentence by sentence; never whether that is good. */
export function overTimeTexts(skill: SkillProgress): string[] {
  const { usual, rated, other_rubric, other_judge } = skill;
  const last = latestRating(skill)?.rating ?? 0;
  const key = unseenSince(skill) ? "progress.skill_usual_before" : "progress.skill_usual";
  const counted = (key: "unseen" | "other_rubric" | "other_judge", count: number) =>
    count > 0 ? [t(`progress.skill_${key}`, { count })] : [];
  return [
    usual === null
      ? t("progress.skill_too_few", { count: rated })
      : t(key, { usual: usualText(usual), last: figure(last) }),
    ...(near(skill) ? [t("progress.skill_near")] : []),
    ...counted("unseen", unseen(skill)),
    ...counted("other_rubric", other_rubric),
    ...counted("other_judge", other_judge),
  ];
}
