// The practices that the series of Progress are made of, as columns that all of them share. Pure.
import type { Comparison, ProgressSeries, ProgressView } from "../api";
import { tellingApart, type Exactness } from "../text/time";

export interface Run {
  session: string;
  startedAt: string;
  title: string;
  /** How exactly it has to be dated to be told from the others. */
  exactness: Exactness;
}

/** Every run that has at least one figure, oldest first. */
export function runsOf(series: readonly ProgressSeries[]): Run[] {
  const known = new Map(series.flatMap(({ points }) => points.map((point) => [point.session, point] as const)));
  const points = [...known.values()].sort((a, b) => a.started_at.localeCompare(b.started_at));
  const exactness = tellingApart(points.map(({ started_at }) => new Date(started_at)));
  return points.map(({ session, started_at, title }, index) => ({
    session,
    startedAt: started_at,
    title,
    exactness: exactness[index] ?? "day",
  }));
}

/** Why there is nothing to compare yet. */
export function nothingYet({ comparison }: ProgressView): Exclude<Comparison, "ready"> | null {
  return comparison === "ready" ? null : comparison;
}
