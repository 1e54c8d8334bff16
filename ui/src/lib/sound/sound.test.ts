import { describe, expect, it } from "vitest";
import { levelWord, meterShare, noiseWord, Sentence, verdict, type LevelWord } from "./level";
import { bars, path } from "./peaks";

describe("the level", () => {
  it("is said in words", () => {
    expect(levelWord(-90, false)).toBe("silent");
    expect(levelWord(-45, false)).toBe("quiet");
    expect(levelWord(-20, false)).toBe("good");
    expect(levelWord(-90, true)).toBe("loud");
  });

  it("stays inside the meter", () => {
    expect(meterShare(-200)).toBe(0);
    expect(meterShare(-30)).toBeCloseTo(0.5);
    expect(meterShare(3)).toBe(1);
  });

  it("tells a quiet room from a loud one", () => {
    expect([-70, -50, -30].map(noiseWord)).toEqual(["low", "some", "high"]);
  });
});

describe("the sound check", () => {
  it("judges a sentence by its loudest part and not by how it fades", () => {
    const sentence = new Sentence();
    const heard: LevelWord[] = ["silent", "quiet", "good", "quiet", "silent", "silent"];
    expect(heard.map((word) => sentence.hear(word))).toEqual(["silent", "quiet", "good", "good", "good", "good"]);
    expect(sentence.hear("quiet")).toBe("quiet");
  });

  it("calls the microphone muted only while nothing was ever heard", () => {
    expect(verdict("muted", "silent")).toBe("state.muted");
    expect(verdict("muted", "good")).toBe("level.good");
    expect(verdict("open", "silent")).toBe("level.silent");
    expect(verdict("failed", "good")).toBe("state.failed");
  });
});

describe("a waveform", () => {
  it("keeps the highest peak of each stretch", () => {
    expect(bars([0, 255, 10, 51], 2)).toEqual([1, 0.2]);
  });

  it("has all its bars with too few peaks, and with none", () => {
    expect(bars([255], 3)).toEqual([1, 1, 1]);
    expect(bars([], 2)).toEqual([0, 0]);
  });

  it("draws silence as a line of dots and stays inside its box", () => {
    expect(path([0, 1], 4, 20)).toBe("M2.0 9.5V10.5M6.0 1.0V19.0");
  });
});
