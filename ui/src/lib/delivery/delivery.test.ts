import { describe, expect, it } from "vitest";
import en from "../../../messages/en.json";
import type { Comparison, FigureKind, ProgressSeries, ProgressView } from "../api";
import { allElsewhere, digits, elsewhere, FAMILIES, fits, MEASURES, ORDER, uncheckedKinds } from "./kinds";
import { turn } from "./made";
import { nothingYet, runsOf } from "./runs";
import { column, everyNth, figureScale, labelled, pitchGround, semitones, share } from "./scales";
import { levelPath, pitchPath } from "./shapes";

const KINDS = Object.keys(MEASURES) as FigureKind[];

describe("the figures", () => {
  it("each stand once, in one family", () => {
    expect([...ORDER].sort()).toEqual([...KINDS].sort());
    expect(FAMILIES).toHaveLength(6);
  });

  it("each have a name, an explanation and a unit in words", () => {
    for (const kind of KINDS) {
      expect(en).toHaveProperty([`delivery.figure.${kind}`]);
      expect(en).toHaveProperty([`delivery.about.${kind}`]);
      expect(en).toHaveProperty([`delivery.unit.${MEASURES[kind].unit}`]);
    }
  });

  it("are shown in the unit of people, with a true minus and none before nought", () => {
    expect(digits("response_delay_ms", 840, "en")).toBe("0.8");
    expect(digits("speaking_share", 0.714, "en")).toBe("71");
    expect(digits("loudness_lufs", -23.4, "en")).toBe("−23");
    expect(digits("loudness_lufs", -0.2, "en")).toBe("0");
  });

  it("count words in English and characters in Chinese", () => {
    expect(fits("characters_per_minute", "en")).toBe(false);
    expect(fits("words_per_minute", "en")).toBe(true);
    expect(fits("words_per_minute", "zh-CN")).toBe(false);
  });

  it("of pauses, pace and words are not checked for Chinese, and nobody says so of English", () => {
    expect(uncheckedKinds("zh-CN")).toEqual([
      "pause_count",
      "pauses_per_minute",
      "pause_median_ms",
      "pause_longest_ms",
      "speech_rate",
      "articulation_rate",
      "characters_per_minute",
      "fillers",
      "hedges",
    ]);
    expect(uncheckedKinds("en")).toEqual([]);
  });
});

describe("a practice of another computer", () => {
  it("has no figures as long as none of its sound is here", () => {
    const far = turn({ unavailable: "elsewhere" });
    expect(allElsewhere([far, turn({ unavailable: "no_clip" }), far])).toBe(true);
    expect(allElsewhere([far, turn()])).toBe(false);
    expect(allElsewhere([far, turn({ unavailable: "unreadable" })])).toBe(false);
    expect(allElsewhere([turn({ unavailable: "no_clip" })])).toBe(false);
    expect(allElsewhere([])).toBe(false);
  });

  it("has figures of those spoken turns whose sound is here", () => {
    const far = turn({ unavailable: "elsewhere" });
    expect(elsewhere([far, turn(), turn({ unavailable: "no_clip" })])).toEqual({ spoken: 2, elsewhere: 1 });
  });
});

describe("a scale", () => {
  it("puts a value in its place and keeps what lies outside at its end", () => {
    expect(share({ low: 2, high: 4 }, 3)).toBe(0.5);
    expect(share({ low: 2, high: 4 }, 9)).toBe(1);
    expect(share({ low: 2, high: 2 }, 2)).toBe(0.5);
  });

  it("of an amount never goes below nothing, and is no shorter for it", () => {
    expect(figureScale("pause_count", [1, 1], null)).toEqual({ low: 0, high: 4 });
    expect(figureScale("response_delay_ms", [4000], null)).toEqual({ low: 3.5, high: 4.5 });
    expect(figureScale("loudness_lufs", [-3], null).high).toBeGreaterThan(0);
  });

  it("does not make much of next to no difference", () => {
    const scale = figureScale("speech_rate", [4.0, 4.1], null);
    expect(scale.high - scale.low).toBeCloseTo(2);
    expect(share(scale, 4.05)).toBeCloseTo(0.5);
  });

  it("has room for what is usual too", () => {
    const scale = figureScale("loudness_lufs", [-20], { median: -32, low: -40, high: -30 });
    expect(scale.low).toBeLessThan(-40);
    expect(scale.high).toBeGreaterThan(-20);
  });

  it("is there without any value", () => {
    expect(figureScale("pitch_median_hz", [], null)).toEqual({ low: 0, high: 60 });
  });
});

describe("the scale of the pitch", () => {
  it("has an octave everywhere equally high", () => {
    expect(semitones(440) - semitones(220)).toBeCloseTo(12);
    expect(semitones(200) - semitones(100)).toBeCloseTo(12);
  });

  it("spans at least an octave round a level voice, with the voice in the middle", () => {
    const level = [turn({ pitch: { hop_ms: 10, hertz: [150, 150, null, 150] } })];
    const ground = pitchGround(level);
    expect(ground && ground.scale.high - ground.scale.low).toBeCloseTo(12);
    expect(ground && share(ground.scale, semitones(150))).toBeCloseTo(0.5);
    expect(ground?.middle).toBeCloseTo(semitones(150));
  });

  it("is none without any voice", () => {
    expect(pitchGround([turn(), turn({ pitch: { hop_ms: 10, hertz: [null] } })])).toBeNull();
    expect(pitchGround([])).toBeNull();
  });
});

describe("the drawing of the pitch", () => {
  const scale = { low: semitones(100), high: semitones(400) };
  const box = { width: 100, height: 40, length: 1000 };

  it("puts the octave between its ends in the middle", () => {
    const path = pitchPath({ hop_ms: 100, hertz: [200, 200] }, scale, box);
    expect(path).toBe("M0.0 20.0L10.0 20.0");
  });

  it("leaves out a stray that touches nothing", () => {
    expect(pitchPath({ hop_ms: 100, hertz: [200, null, null, 390, null] }, scale, box)).toBe("");
  });

  it("is broken where there is no voice and where the pitch leaps", () => {
    const pause = pitchPath({ hop_ms: 100, hertz: [200, 210, null, null, 200, 200] }, scale, box);
    expect(pause.match(/M/g)).toHaveLength(2);
    const leap = pitchPath({ hop_ms: 100, hertz: [200, 200, 390, 390] }, scale, box);
    expect(leap.match(/M/g)).toHaveLength(2);
  });

  it("stays as small as the box, however long the turn", () => {
    const long = pitchPath({ hop_ms: 10, hertz: Array.from({ length: 30_000 }, () => 200) }, scale, {
      ...box,
      length: 300_000,
    });
    expect(long.match(/[ML]/g)?.length).toBeLessThanOrEqual(100);
  });
});

describe("the drawing of the level", () => {
  it("stands on the ground and keeps the loudest of what is taken together", () => {
    const box = { width: 4, height: 54, length: 400 };
    const path = levelPath({ hop_ms: 100, decibels: [-60, -6, -100, -60] }, box);
    expect(path).toBe("M0.5 54L0.5 0.0L2.5 54.0L2.5 54Z");
  });

  it("is nothing without values", () => {
    expect(levelPath({ hop_ms: 10, decibels: [] }, { width: 10, height: 10, length: 100 })).toBe("");
  });
});

describe("a row of points", () => {
  it("has each in the middle of its column", () => {
    expect([0, 1].map((index) => column(index, 2))).toEqual([0.25, 0.75]);
  });

  it("tells only the lowest, the highest and the last where there is no room for all", () => {
    const values = [3, 9, null, 1, 5, 4];
    const texts = values.map(String);
    expect([...labelled(values, texts, 1000)]).toEqual([0, 1, 3, 4, 5]);
    expect([...labelled(values, texts, 60)].sort()).toEqual([1, 3, 5]);
    expect(labelled([null], [""], 10).size).toBe(0);
  });

  it("leaves texts out where they would run into each other, and more of them in Chinese", () => {
    expect(everyNth(["4.2", "4.3"], 400)).toBe(1);
    expect(
      everyNth(
        Array.from({ length: 40 }, () => "4.2"),
        400,
      ),
    ).toBe(4);
    expect(everyNth(["九月一日", "九月二日"], 100)).toBeGreaterThan(everyNth(["1/9.", "2/9."], 100));
  });
});

describe("the runs of Progress", () => {
  it("are the same columns for every figure, oldest first", () => {
    const point = (session: string, started_at: string) => ({
      session,
      started_at,
      title: session,
      value: 1,
      count: 1,
    });
    const series: ProgressSeries[] = [
      { kind: "speech_rate", points: [point("b", "2026-02-01T10:00:00.000Z")], usual: null },
      {
        kind: "loudness_lufs",
        points: [point("a", "2026-01-01T10:00:00.000Z"), point("b", "2026-02-01T10:00:00.000Z")],
        usual: null,
      },
    ];
    expect(runsOf(series).map(({ session }) => session)).toEqual(["a", "b"]);
    expect(runsOf(series).map(({ exactness }) => exactness)).toEqual(["day", "day"]);
  });

  it("are dated by the time of day where two fall on the same day", () => {
    const at = (day: number, hour: number) => new Date(2026, 0, day, hour).toISOString();
    const points = [at(1, 9), at(1, 17), at(2, 9)].map((started_at, index) => ({
      session: String(index),
      started_at,
      title: "Raise talk",
      value: 1,
      count: 1,
    }));
    const runs = runsOf([{ kind: "speech_rate", points, usual: null }]);
    expect(runs.map(({ exactness }) => exactness)).toEqual(["minute", "minute", "day"]);
  });

  it("are missing for a reason that has words", () => {
    const progress = (comparison: Comparison): ProgressView => ({
      language: "en",
      languages: ["en"],
      series: [],
      runs: 2,
      comparison,
      skills: [],
      unrevealed: null,
      still_measuring: 0,
    });
    expect(nothingYet(progress("ready"))).toBeNull();
    expect(nothingYet(progress("measuring"))).toBe("measuring");
    for (const why of ["no_runs", "one_run", "nothing_in_common"] as const) {
      expect(nothingYet(progress(why))).toBe(why);
      expect(en).toHaveProperty([`progress.empty_${why}`]);
    }
  });
});
