import { describe, expect, it } from "vitest";
import type { FigureKind } from "../api";
import { figure, turn } from "./made";
import { momentsOf } from "./moments";
import { signsOf } from "./signs";

describe("the moments of a turn", () => {
  const heardAt = (kind: FigureKind, value: number | null, at_ms: number | null) => ({ ...figure(kind, value), at_ms });
  const spoken = turn({
    pauses: [{ start_ms: 400, end_ms: 700 }],
    pitch: { hop_ms: 20, hertz: [100, 110, 120, 130, 140, 130, 120, null, 400, null] },
    loudness: { hop_ms: 20, decibels: [-40, -40, -40, -20, -18, -20, -40] },
    figures: [heardAt("loudness_lufs", -23, 60), heardAt("pitch_high_hz", 138, 100)],
  });

  it("are the pauses, and what the core says of the pitch and the loudness, as they are heard", () => {
    expect(momentsOf(spoken)).toEqual([
      { kind: "loudest", start: 60, end: 60, value: -20 },
      { kind: "high", start: 100, end: 100, value: 138 },
      { kind: "pause", start: 400, end: 700, value: 300 },
    ]);
  });

  it("are none where the core has none", () => {
    const silent = { ...spoken, figures: [heardAt("loudness_lufs", null, null), heardAt("pitch_high_hz", 138, null)] };
    expect(momentsOf(silent).map(({ kind }) => kind)).toEqual(["pause"]);
  });
});

describe("the signs of the moments", () => {
  const pauses = (...spans: [number, number][]) =>
    spans.map(([start, end]) => ({ kind: "pause" as const, start, end, value: end - start }));
  // A pixel for each ten milliseconds.
  const drawn = (...spans: [number, number][]) =>
    signsOf(pauses(...spans), 10_000, 1000).map(({ moments, left, width }) => [
      moments.length,
      Math.round(left * 1000),
      Math.round(width * 1000),
    ]);

  it("are as wide as a long pause, and wide enough for a finger on a short one", () => {
    expect(drawn([1000, 2000], [4950, 5050])).toEqual([
      [1, 100, 100],
      [1, 488, 24],
    ]);
  });

  it("make one of pauses that nobody could press apart", () => {
    expect(drawn([1000, 1040], [1080, 1120], [5000, 5040])).toEqual([
      [2, 90, 24],
      [1, 490, 24],
    ]);
  });

  it("lie side by side, however many pauses there are, and none is lost", () => {
    const many = Array.from({ length: 200 }, (_, at): [number, number] => [at * 50 + 10, at * 50 + 40]);
    const signs = signsOf(pauses(...many), 10_000, 1000);
    expect(signs.flatMap(({ moments }) => moments)).toHaveLength(200);
    expect(signs.length).toBeGreaterThan(35);
    signs.slice(1).forEach((sign, index) => {
      const before = signs[index];
      expect(sign.left).toBeGreaterThanOrEqual(before ? before.left + before.width - 1e-9 : 0);
    });
  });

  it("of other moments stay where they are, in the order in which they are heard", () => {
    const loudest = { kind: "loudest" as const, start: 1500, end: 1500, value: -20 };
    const signs = signsOf([...pauses([1000, 1200], [3000, 3200]), loudest], 10_000, 1000);
    expect(signs.map(({ kind }) => kind)).toEqual(["pause", "loudest", "pause"]);
    expect(signs[1]).toEqual({ kind: "loudest", moments: [loudest], left: 0.15, width: 0 });
  });
});
