// Figures in the words of the window.
import type { FigureKind, FigureView, Language, MissingReason, TurnDelivery } from "../api";
import { list } from "../text/say.svelte";
import { language, t } from "../text/translate.svelte";
import { digits, figureOf, inUnit, MEASURES, uncheckedKinds, type Usual } from "./kinds";

/** A value in three parts, so that the digits can be set larger than the unit around them. */
export interface ValueParts {
  before: string;
  value: string;
  after: string;
}

export function valueParts(kind: FigureKind, value: number): ValueParts {
  const { unit } = MEASURES[kind];
  if (unit === "seconds" && Math.round(inUnit(kind, value)) >= 60) return { before: "", value: long(value), after: "" };
  const shown = digits(kind, value, language());
  const [before = "", after = ""] = t(`delivery.unit.${unit}`, { value: "\n" }).split("\n");
  return { before, value: shown, after };
}

function long(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return t("delivery.unit.minutes", { minutes: Math.floor(seconds / 60), value: seconds % 60 });
}

/** "4.2 syllables/s". */
export function valueText(kind: FigureKind, value: number): string {
  const { before, value: shown, after } = valueParts(kind, value);
  return `${before}${shown}${after}`;
}

/** "Rose by about 0.5 syllables/s over your turns.", without saying whether that is good. */
export function changeText(kind: FigureKind, change: number): string {
  // What rounds to nothing is no change.
  if (!/[1-9]/.test(digits(kind, change, language()))) return t("delivery.trend.level");
  const { unit } = MEASURES[kind];
  // Two loudnesses in LUFS lie apart by so many LU.
  const text = t(`delivery.unit.${unit === "lufs" ? "lu" : unit}`, {
    value: digits(kind, Math.abs(change), language()),
  });
  const said = t(change > 0 ? "delivery.trend.rose" : "delivery.trend.fell", { change: text });
  // The space before digits is none before a unit that begins in Chinese.
  return said.replace(/(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, "");
}

/** A value that stands below another one, with what it is a part of. */
export function besideText(kind: FigureKind, value: number): string {
  const text = valueText(kind, value);
  return kind === "speaking_share" ? t("delivery.of_turns", { share: text }) : text;
}

/** "3.8–4.6", without the unit. */
export function bandText(kind: FigureKind, usual: Usual): string {
  const [low, high] = [usual.low, usual.high].map((value) => digits(kind, value, language())) as [string, string];
  return t(usual.low < 0 ? "delivery.band_below_zero" : "delivery.band", { low, high });
}

/** "your usual 4.2 (3.8–4.6)"; the band is not torn apart. */
export function usualText(kind: FigureKind, usual: Usual): string {
  const [low, high] = [usual.low, usual.high].map((value) => digits(kind, value, language()));
  // A band that is narrower than the digits is none.
  if (low === high) return t("delivery.usual_level", { median: digits(kind, usual.median, language()) });
  return t("delivery.usual", {
    median: digits(kind, usual.median, language()),
    band: bandText(kind, usual).replace("–", "\u2060–\u2060").replaceAll(" ", "\u00a0"),
  });
}

/** The value with its unit, or why there is none. */
export function figureText(figure: FigureView): string {
  if (figure.value !== null) return valueText(figure.kind, figure.value);
  return figure.missing ? t(`delivery.missing.${figure.missing}`) : t("progress.not_known");
}

/** Which figures nobody has yet held against a known answer for the language; null when there are none. */
export function uncheckedText(practised: Language): string | null {
  const kinds = uncheckedKinds(practised);
  if (kinds.length === 0) return null;
  return t("delivery.unchecked_some", { figures: list(kinds.map((kind) => t(`delivery.figure.${kind}`))) });
}

const DRAWN: readonly FigureKind[] = ["speech_rate", "pitch_spread_semitones", "loudness_lufs"];

/** What the picture of a turn cannot show, and why: one sentence for each reason. */
export function missingText(turn: TurnDelivery): string[] {
  if (turn.unavailable) return [t(`delivery.missing.${turn.unavailable}`)];
  const reasons = new Map<MissingReason, string[]>();
  for (const kind of DRAWN) {
    const reason = figureOf(turn.figures, kind)?.missing;
    if (reason) reasons.set(reason, [...(reasons.get(reason) ?? []), t(`delivery.figure.${kind}`)]);
  }
  return [...reasons].map(([reason, figures]) =>
    t("delivery.missing_for", { reason: t(`delivery.missing.${reason}`), figures: list(figures) }),
  );
}
