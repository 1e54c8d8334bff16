// What a judge and the rules found, in the words of the window.
import { language, t } from "../text/translate.svelte";
import { bandKey } from "./standing";
import type { Standing } from "./types";

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
