// What the ratings of one skill over the practices come to, and where they stand in a drawing. Pure.
import type { SkillPoint, SkillProgress, Standing } from "../api";

/** Practices that are drawn, the latest; the table has all. */
export const DRAWN = 12;

/** A rating as it stands, with the range of its looks. */
export type Rated = Extract<Standing, { kind: "rated" }>;

export function ratedOf(point: SkillPoint | undefined): Rated | null {
  return point?.standing.kind === "rated" ? point.standing : null;
}

/** The latest rating, which need not be of the latest practice. */
export function latestRating({ points }: SkillProgress): Rated | null {
  return ratedOf(points.findLast(({ standing }) => standing.kind === "rated"));
}

/** Whether the latest practice left it without a rating. */
export function unseenSince({ points }: SkillProgress): boolean {
  return points.at(-1)?.standing.kind === "not_observed";
}

/** Practices without a rating. */
export function unseen({ points, rated }: SkillProgress): number {
  return points.length - rated;
}

/** Whether the range of the latest looks holds what was usual, though the rating is another one. */
export function near(skill: SkillProgress): boolean {
  const [last, usual] = [latestRating(skill), skill.usual];
  if (last === null || usual === null) return false;
  if (usual.low <= last.rating && last.rating <= usual.high) return false;
  return last.low <= usual.high && usual.low <= last.high;
}

/** Where a rating stands on the five levels: shares of the height, from the bottom. */
export interface Place {
  bottom: number;
  height: number;
  /** The middle of the rating's own level, as a share of the bar. */
  figure: number;
}

const LEVELS = 5;

export function placeOf({ rating, low, high }: Rated): Place {
  const levels = high - low + 1;
  return { bottom: (low - 1) / LEVELS, height: levels / LEVELS, figure: (rating - low + 0.5) / levels };
}
