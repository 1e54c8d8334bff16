// Where the moments of a turn can be pressed. Pauses that lie too close together for a finger are pressed as one, so
// that no sign lies over another. Pure.
import type { Moment } from "./moments";

export interface Sign {
  kind: Moment["kind"];
  /** At least one; more are neighbouring pauses. The first one is heard. */
  moments: readonly [Moment, ...Moment[]];
  /** Its left end and its width, as shares of the width of the turn. A point has no width. */
  left: number;
  width: number;
}

/** The least that a pause is wide to be pressed, in pixels. */
const LEAST = 24;

/** The signs of a turn of `length` milliseconds that is drawn `width` pixels wide, in the order in which they are heard. */
export function signsOf(moments: readonly Moment[], length: number, width: number): Sign[] {
  const points = moments.filter(({ kind }) => kind !== "pause");
  const pauses = moments.filter(({ kind }) => kind === "pause");
  const signs = [
    ...points.map((point) => pointed(point, length)),
    ...pressed(pauses, length, LEAST / Math.max(1, width)),
  ];
  return signs.sort((a, b) => a.moments[0].start - b.moments[0].start);
}

function pointed(moment: Moment, length: number): Sign {
  return { kind: moment.kind, moments: [moment], left: moment.start / length, width: 0 };
}

/** Each pause round its middle, but not before the end of the sign before; in that sign when its middle lies there. */
function pressed(pauses: readonly Moment[], length: number, least: number): Sign[] {
  const signs: Sign[] = [];
  for (const pause of pauses) {
    const [start, end] = [pause.start / length, pause.end / length];
    const middle = (start + end) / 2;
    const before = signs.at(-1);
    const from = before ? before.left + before.width : -Infinity;
    if (before && middle < from) {
      const width = Math.max(before.width, end - before.left);
      signs[signs.length - 1] = { ...before, moments: [...before.moments, pause], width };
      continue;
    }
    const left = Math.max(from, Math.min(start, middle - least / 2));
    signs.push({ kind: "pause", moments: [pause], left, width: Math.max(least, end - left) });
  }
  return signs;
}
