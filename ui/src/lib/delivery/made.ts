// Deliveries made up for tests.
import type { FigureKind, FigureView, TurnDelivery } from "../api";

export function turn(changes: Partial<TurnDelivery> = {}): TurnDelivery {
  return {
    turn: "t",
    sequence: 1,
    duration_ms: 1000,
    speech: [],
    pauses: [],
    pitch: null,
    loudness: null,
    syllables_ms: [],
    figures: [],
    unavailable: null,
    ...changes,
  };
}

export const figure = (kind: FigureKind, value: number | null): FigureView => ({
  kind,
  value,
  missing: value === null ? "too_short" : null,
  at_ms: null,
  turn: null,
  usual: null,
  trend: null,
});
