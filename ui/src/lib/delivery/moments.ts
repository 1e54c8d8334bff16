// The moments of a turn that are worth hearing. Pure.
import type { TurnDelivery } from "../api";
import { figureOf } from "./kinds";

export interface Moment {
  kind: "pause" | "highest" | "loudest";
  /** In milliseconds of the turn. */
  start: number;
  end: number;
  /** Hertz of the highest pitch; length of a pause in milliseconds; decibels of the loudest moment. */
  value: number;
}

// Enough neighbours to carry a peak, so that one stray value is none.
const CARRIED_MS = 60;

/** The moment of the highest value that its neighbours carry. */
function peak(values: readonly (number | null)[], hop: number): { at: number; value: number } | null {
  const reach = Math.max(1, Math.round(CARRIED_MS / Math.max(1, hop) / 2));
  let best: { at: number; value: number; top: number } | null = null;
  for (let index = 0; index < values.length; index++) {
    const around = values.slice(Math.max(0, index - reach), index + reach + 1);
    const known = around.filter((value) => value !== null);
    if (known.length < around.length || around.length < 2 * reach + 1) continue;
    const value = [...known].sort((a, b) => a - b)[reach] ?? 0;
    const top = values[index] ?? 0;
    if (!best || value > best.value || (value === best.value && top > best.top)) best = { at: index * hop, value, top };
  }
  return best;
}

/** Pauses, the highest pitch and the loudest moment, in the order in which they are heard. */
export function momentsOf(turn: TurnDelivery): Moment[] {
  const moments: Moment[] = turn.pauses.map(({ start_ms, end_ms }) => ({
    kind: "pause",
    start: start_ms,
    end: end_ms,
    value: end_ms - start_ms,
  }));
  const highest = turn.pitch && peak(turn.pitch.hertz, turn.pitch.hop_ms);
  if (highest) moments.push({ kind: "highest", start: highest.at, end: highest.at, value: highest.value });
  const loud = figureOf(turn.figures, "loudness_lufs");
  const loudest = loud?.value != null && turn.loudness && peak(turn.loudness.decibels, turn.loudness.hop_ms);
  if (loudest) moments.push({ kind: "loudest", start: loudest.at, end: loudest.at, value: loudest.value });
  return moments.sort((a, b) => a.start - b.start);
}
