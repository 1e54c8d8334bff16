// What the figures are measured in, and which of them belong together. Pure.
import type { FigureKind, FigureView, Language, TurnDelivery, UsualView } from "../api";

export type Unit =
  | "seconds"
  | "percent"
  | "count"
  | "samples"
  | "per_minute"
  | "words_per_minute"
  | "characters_per_minute"
  | "syllables"
  | "hertz"
  | "semitones"
  | "lufs"
  | "lu";

interface Measure {
  unit: Unit;
  /** What a value of the core is multiplied with to be in that unit. */
  factor: number;
  digits: number;
  /** There is no less of it than nothing. */
  amount: boolean;
  /** The least that a scale spans, in the unit, so that next to no difference does not look like one. */
  span: number;
}

const measure = (unit: Unit, digits: number, span: number, amount = true, factor = 1): Measure => ({
  unit,
  factor,
  digits,
  amount,
  span,
});

/** How many turns were spoken, and how many of them lie on another computer still, so that figures are about the rest. */
export function elsewhere(turns: readonly TurnDelivery[]): { spoken: number; elsewhere: number } {
  const spoken = turns.filter(({ unavailable }) => unavailable !== "no_clip");
  return { spoken: spoken.length, elsewhere: spoken.filter(({ unavailable }) => unavailable === "elsewhere").length };
}

/** Whether every spoken turn lies on another computer still, so that all figures are missing for this one reason. */
export function allElsewhere(turns: readonly TurnDelivery[]): boolean {
  const count = elsewhere(turns);
  return count.spoken > 0 && count.elsewhere === count.spoken;
}

export const MEASURES: Record<FigureKind, Measure> = {
  speaking_time_ms: measure("seconds", 0, 10, true, 0.001),
  speaking_share: measure("percent", 0, 40, true, 100),
  pause_count: measure("count", 0, 4),
  pauses_per_minute: measure("per_minute", 1, 4),
  pause_median_ms: measure("seconds", 1, 1, true, 0.001),
  pause_longest_ms: measure("seconds", 1, 2, true, 0.001),
  speech_rate: measure("syllables", 1, 2),
  articulation_rate: measure("syllables", 1, 2),
  pitch_median_hz: measure("hertz", 0, 60),
  pitch_low_hz: measure("hertz", 0, 60),
  pitch_high_hz: measure("hertz", 0, 60),
  pitch_spread_semitones: measure("semitones", 1, 3),
  loudness_lufs: measure("lufs", 0, 12, false),
  loudness_range_lu: measure("lu", 1, 8),
  clipped_samples: measure("samples", 0, 10),
  response_delay_ms: measure("seconds", 1, 1, true, 0.001),
  words_per_minute: measure("words_per_minute", 0, 60),
  characters_per_minute: measure("characters_per_minute", 0, 80),
  fillers: measure("count", 0, 4),
  hedges: measure("count", 0, 4),
  talk_ratio: measure("percent", 0, 40, true, 100),
};

/** One figure to look at first, and what else says something about the same. */
export interface Family {
  main: FigureKind;
  /** Said in the same breath, where the main one alone says little. */
  beside?: FigureKind;
  others: readonly FigureKind[];
}

export const FAMILIES: readonly Family[] = [
  { main: "speaking_time_ms", beside: "speaking_share", others: ["talk_ratio"] },
  { main: "pause_count", beside: "pauses_per_minute", others: ["pause_median_ms", "pause_longest_ms"] },
  {
    main: "speech_rate",
    others: ["articulation_rate", "words_per_minute", "characters_per_minute", "fillers", "hedges"],
  },
  { main: "pitch_spread_semitones", others: ["pitch_median_hz", "pitch_low_hz", "pitch_high_hz"] },
  { main: "loudness_lufs", others: ["loudness_range_lu", "clipped_samples"] },
  { main: "response_delay_ms", others: [] },
];

/** The figures in the order of the families. */
export const ORDER: readonly FigureKind[] = FAMILIES.flatMap(({ main, beside, others }) => [
  main,
  ...(beside ? [beside] : []),
  ...others,
]);

const UNCHECKED: Readonly<Record<Language, readonly FigureKind[]>> = {
  en: [],
  "zh-CN": [
    "pause_count",
    "pauses_per_minute",
    "pause_median_ms",
    "pause_longest_ms",
    "speech_rate",
    "articulation_rate",
    "characters_per_minute",
    "fillers",
    "hedges",
  ],
};

/** Whether nobody has yet held this figure against a known answer for the language. */
export function unchecked(kind: FigureKind, practised: Language): boolean {
  return UNCHECKED[practised].includes(kind);
}

/** All figures of the language for which that is so, in the order of the families. */
export function uncheckedKinds(practised: Language): FigureKind[] {
  return ORDER.filter((kind) => unchecked(kind, practised));
}

/** Whether the figure is one for this language at all: words are counted in English, characters in Chinese. */
export function fits(kind: FigureKind, practised: Language): boolean {
  return kind !== (practised === "en" ? "characters_per_minute" : "words_per_minute");
}

/** A value of the core in the unit it is shown in. */
export function inUnit(kind: FigureKind, value: number): number {
  return value * MEASURES[kind].factor;
}

// A screen shows hundreds of digits in a handful of formats, and making a format takes longer than using it.
const formats = new Map<string, Intl.NumberFormat>();

function format(language: string, places: number): Intl.NumberFormat {
  const name = `${language} ${places}`;
  let made = formats.get(name);
  if (!made) {
    made = new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places });
    formats.set(name, made);
  }
  return made;
}

/** A value as digits of the language, with a true minus sign. */
export function digits(kind: FigureKind, value: number, language: string): string {
  // Neither a minus before a plain nought.
  return format(language, MEASURES[kind].digits)
    .format(inUnit(kind, value))
    .replace(/^-(?=[0.,]*$)/, "")
    .replace("-", "−");
}

export interface Usual {
  median: number;
  low: number;
  high: number;
}

/** What is usual, when all of it is known. */
export function wholeUsual(usual: UsualView | null | undefined): Usual | null {
  if (!usual || usual.median === null || usual.low === null || usual.high === null) return null;
  return { median: usual.median, low: usual.low, high: usual.high };
}

/** The figure of a kind, if it is among these. */
export function figureOf(figures: readonly FigureView[], kind: FigureKind): FigureView | undefined {
  return figures.find((figure) => figure.kind === kind);
}
