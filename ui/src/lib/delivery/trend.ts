// How a figure changed over the turns of a practice, as the core says. Pure.
import type { FigureKind, TrendView, TurnDelivery } from "../api";
import { figureOf } from "./kinds";

/**
 * What the change from one turn to the next comes to, from the first turn that has the figure to the last, in the unit
 * of the figure; null when it is not known. Between them a turn without the figure keeps its place, one without any
 * figures has none.
 */
export function changeOf(
  kind: FigureKind,
  trend: TrendView | null | undefined,
  turns: readonly TurnDelivery[],
): number | null {
  if (!trend || trend.per_turn === null) return null;
  const measured = turns.filter(({ unavailable }) => unavailable === null);
  const has = (turn: TurnDelivery) => figureOf(turn.figures, kind)?.value != null;
  return trend.per_turn * Math.max(0, measured.findLastIndex(has) - measured.findIndex(has));
}
