// Pitch and level as paths of an SVG drawing. Pure.
import type { LoudnessView, PitchView } from "../api";
import { LEVEL, semitones, share, type Scale } from "./scales";

export interface Box {
  width: number;
  height: number;
  /** Length of the sound, in milliseconds. */
  length: number;
}

// Two stretches closer together than this are drawn as one: a consonant without voice is no break for the eye.
const JOINED_MS = 60;
// Between two neighbours a voice does not leap further than this, in semitones; an error of the measurement does.
const LEAP = 7;

/** The values of a row taken together to at most `most` columns, each with the moment of its middle. */
function gathered<T>(values: readonly T[], hop: number, most: number, together: (some: readonly T[]) => T) {
  const size = Math.max(1, Math.ceil(values.length / most));
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => {
    const some = values.slice(index * size, (index + 1) * size);
    return { at: (index * size + (some.length - 1) / 2) * hop, value: together(some), step: size * hop };
  });
}

function middle(some: readonly (number | null)[]): number | null {
  const known = some.filter((value) => value !== null && value > 0) as number[];
  // A stretch that is mostly without voice has none.
  if (known.length * 2 < some.length) return null;
  return [...known].sort((a, b) => a - b)[Math.floor(known.length / 2)] ?? null;
}

/** The pitch as a line that is broken where there is no voice; what touches nothing is a stray, and left out. */
export function pitchPath(pitch: PitchView, scale: Scale, box: Box): string {
  const columns = gathered(pitch.hertz, pitch.hop_ms, box.width, middle);
  const stretches: string[][] = [];
  let before: { at: number; tone: number } | null = null;
  for (const { at, value, step } of columns) {
    if (value === null) continue;
    const tone = semitones(value);
    const joined = before && at - before.at <= Math.max(JOINED_MS, 1.5 * step) && Math.abs(tone - before.tone) <= LEAP;
    const x = ((at / Math.max(1, box.length)) * box.width).toFixed(1);
    const y = ((1 - share(scale, tone)) * box.height).toFixed(1);
    if (joined) stretches.at(-1)?.push(`L${x} ${y}`);
    else stretches.push([`M${x} ${y}`]);
    before = { at, tone };
  }
  return stretches
    .filter(({ length }) => length > 1)
    .flat()
    .join("");
}

/** The level as an area over the ground. */
export function levelPath(loudness: LoudnessView, box: Box): string {
  const columns = gathered(loudness.decibels, loudness.hop_ms, box.width / 2, (some) => Math.max(...some));
  if (columns.length === 0) return "";
  const ground = box.height;
  const points = columns.map(({ at, value }) => {
    const x = ((at / Math.max(1, box.length)) * box.width).toFixed(1);
    return `L${x} ${((1 - share(LEVEL, value)) * ground).toFixed(1)}`;
  });
  const [first, last] = [points[0] ?? "", points[points.length - 1] ?? ""];
  const xOf = (point: string) => point.slice(1, point.indexOf(" "));
  return `M${xOf(first)} ${ground}${points.join("")}L${xOf(last)} ${ground}Z`;
}
