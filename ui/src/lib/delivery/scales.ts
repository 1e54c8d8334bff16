// From figures to places in a drawing. Pure: shares of a width or height between 0 and 1, of which 0 is left or bottom.
import type { FigureKind, TurnDelivery } from "../api";
import { inUnit, MEASURES, type Usual } from "./kinds";

export interface Scale {
  low: number;
  high: number;
}

/** Where a value lies on a scale; outside of it at its end. */
export function share(scale: Scale, value: number): number {
  if (scale.high <= scale.low) return 0.5;
  return Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
}

// Air above and below the outermost values, as a part of the scale.
const AIR = 0.12;

/** A scale around values of one figure and what is usual, in its unit; that of an amount begins at nothing at least. */
export function figureScale(kind: FigureKind, values: readonly number[], usual: Usual | null): Scale {
  const all = [...values, ...(usual ? [usual.low, usual.high] : [])].map((value) => inUnit(kind, value));
  const { amount, span } = MEASURES[kind];
  if (all.length === 0) return { low: 0, high: span };
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const around = Math.max((span - (most - least)) / 2, (most - least) * AIR);
  const below = amount ? Math.max(0, least - around) : least - around;
  return { low: below, high: Math.max(most + around, below + span) };
}

/** Pitch in semitones above 1 Hz: what sounds like equal steps is equally far apart. */
export function semitones(hertz: number): number {
  return 12 * Math.log2(hertz);
}

/** The least that a pitch scale spans, in semitones: an octave, so that a level voice looks level. */
const LEAST_PITCH_SPAN = 12;
const PITCH_AIR = 1;

/** What the pitch of all turns is drawn on, in semitones. */
export interface PitchGround {
  /** One scale for all turns, so that they can be compared; strays are left to its ends. */
  scale: Scale;
  middle: number;
}

/** The ground for the pitch of all turns; none without any voice. */
export function pitchGround(turns: readonly TurnDelivery[]): PitchGround | null {
  const heard = turns.flatMap((turn) => turn.pitch?.hertz ?? []).filter((hertz) => hertz !== null && hertz > 0);
  // Numbers of one kind are sorted without asking for each pair: minutes of speech are tens of thousands.
  const sorted = Float64Array.from(heard as number[]).sort();
  const at = (index: number) => semitones(sorted[index] ?? 1);
  if (sorted.length === 0) return null;
  const [low, high] = [at(Math.round(0.01 * (sorted.length - 1))), at(Math.round(0.99 * (sorted.length - 1)))];
  const missing = Math.max(0, LEAST_PITCH_SPAN - 2 * PITCH_AIR - (high - low)) / 2;
  const scale = { low: low - missing - PITCH_AIR, high: high + missing + PITCH_AIR };
  return { scale, middle: at(Math.floor(sorted.length / 2)) };
}

/** Level of a drawing's ground and its top, in decibels of full scale. */
export const LEVEL: Scale = { low: -60, high: -6 };

// How wide a character of a small text is, in pixels; one of Chinese is as wide as two others.
const CHARACTER = 7;
const APART = 10;

/** So many texts stand in a row of this width: every text is shown (1), every second (2), ... */
export function everyNth(texts: readonly string[], width: number): number {
  const characters = (text: string) => text.length + (text.match(/[\u3000-\u9fff]/g)?.length ?? 0);
  const longest = Math.max(1, ...texts.map(characters));
  return Math.max(1, Math.ceil((texts.length * (longest * CHARACTER + APART)) / Math.max(1, width)));
}

/** The points whose digits are shown: all where there is room, else the lowest, the highest and the last. */
export function labelled(
  values: readonly (number | null)[],
  texts: readonly string[],
  width: number,
): ReadonlySet<number> {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  if (everyNth(texts, width) === 1) return new Set(known.map(({ index }) => index));
  const byValue = [...known].sort((a, b) => a.value - b.value);
  const some = [byValue[0], byValue.at(-1), known.at(-1)];
  return new Set(some.flatMap((one) => (one ? [one.index] : [])));
}

/** Where the middle of each of `count` columns lies. */
export function column(index: number, count: number): number {
  return (index + 0.5) / count;
}
