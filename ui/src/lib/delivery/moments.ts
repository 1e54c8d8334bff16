// The moments of a turn that are worth hearing: where the core says that they are. Pure.
import type { TurnDelivery } from "../api";
import { figureOf } from "./kinds";

export interface Moment {
  kind: "pause" | "high" | "loudest";
  /** In milliseconds of the turn. */
  start: number;
  end: number;
  /** Hertz of the high end of the pitch; length of a pause in milliseconds; decibels of the loudest moment. */
  value: number;
}

/** Pauses, the high end of the pitch and the loudest moment, in the order in which they are heard. */
export function momentsOf(turn: TurnDelivery): Moment[] {
  const moments: Moment[] = turn.pauses.map(({ start_ms, end_ms }) => ({
    kind: "pause",
    start: start_ms,
    end: end_ms,
    value: end_ms - start_ms,
  }));
  const high = figureOf(turn.figures, "pitch_high_hz");
  if (high?.at_ms != null && high.value !== null) moments.push(at("high", high.at_ms, high.value));
  const loud = figureOf(turn.figures, "loudness_lufs")?.at_ms;
  const level = loud != null && turn.loudness?.decibels[Math.round(loud / Math.max(1, turn.loudness.hop_ms))];
  if (loud != null && typeof level === "number") moments.push(at("loudest", loud, level));
  return moments.sort((a, b) => a.start - b.start);
}

function at(kind: Moment["kind"], moment: number, value: number): Moment {
  return { kind, start: moment, end: moment, value };
}
