// Times, sizes and lengths in the language of the window.
import { language, t } from "./translate.svelte";
import type { CostView } from "../api";
import { dateOf, dayOf, monthOf, sizeOf, timeOfDay, type Exactness } from "./time";

/** "Today, 14:05" or "Mon, 3 March", and the time of an earlier day too where it is asked for. */
export function when(timestamp: string, exactness: Exactness = "day"): string {
  const [moment, now] = [new Date(timestamp), new Date()];
  const day = dayOf(moment, now);
  const time = timeOfDay(moment, language(), exactness === "second" ? "second" : "minute");
  if (day === "today") return t("time.today", { time });
  if (day === "yesterday") return t("time.yesterday", { time });
  return dateOf(moment, now, language(), exactness);
}

/** A size in words; nothing measured counts as nothing. */
export function bytes(count: number | null | undefined): string {
  const { unit, value } = sizeOf(count ?? 0, language());
  return t(`bytes.${unit}`, { value });
}

/** A length for reading, "5 minutes" or "45 seconds". */
export function duration(seconds: number): string {
  if (seconds < 60) return t("time.seconds", { count: seconds });
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  return rest === 0 ? t("time.minutes", { count: minutes }) : t("time.min_sec", { minutes, seconds: rest });
}

/** A short length for a list, "3 min" or "40 s". */
export function brief(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60
    ? t("time.sec_short", { count: seconds })
    : t("time.min_short", { count: Math.round(seconds / 60) });
}

/** An estimate in words, "about $0.07": no more exact than whole cents. */
export function cost({ micro_dollars }: CostView): string {
  const dollars = (amount: number) =>
    new Intl.NumberFormat(language(), { style: "currency", currency: "USD" }).format(amount);
  return micro_dollars < 10_000
    ? t("cost.under", { amount: dollars(0.01) })
    : t("cost.about", { amount: dollars(micro_dollars / 1e6) });
}

/** What an estimate rests on: whose prices, and of when. */
export function basis({ as_of, market }: CostView): string {
  return t(`cost.basis.${market}`, { month: monthOf(as_of, language()) });
}

/** Sentences one after the other, without those that are not there. */
export function sentences(some: readonly (string | undefined)[]): string {
  return some.filter((one) => one !== undefined).join(language() === "zh-CN" ? "" : " ");
}

/** Names joined as the language joins them; Latin letters and figures stand apart from Chinese ones. */
export function list(names: readonly string[]): string {
  const joined = new Intl.ListFormat(language(), { type: "conjunction" }).formatToParts(names);
  return joined.map(({ value }) => value).reduce((all, next) => all + gap(all, next) + next, "");
}

function gap(before: string, after: string): string {
  const meets = (one: RegExp, other: RegExp) => one.test(before.slice(-1)) && other.test(after.slice(0, 1));
  const [latin, han] = [/[A-Za-z0-9]/, /\p{Script=Han}/u];
  return meets(latin, han) || meets(han, latin) ? " " : "";
}
