// The practices that the series of Progress are made of, as columns that all of them share. Pure.
import type { Comparison, ProgressSeries, ProgressView } from "../api";

export interface Run {
  session: string;
  startedAt: string;
  title: string;
}

/** Every run that has at least one figure, oldest first. */
export function runsOf(series: readonly ProgressSeries[]): Run[] {
  const runs = new Map<string, Run>();
  for (const { session, started_at, title } of series.flatMap(({ points }) => points))
    runs.set(session, { session, startedAt: started_at, title });
  return [...runs.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

/** Why there is nothing to compare yet. */
export function nothingYet({ comparison }: ProgressView): Exclude<Comparison, "ready"> | null {
  return comparison === "ready" ? null : comparison;
}
