import { describe, expect, it } from "vitest";
import { olderClip, Pace } from "./pace";
import { line } from "./testing";

describe("slower", () => {
  it("holds from the press until the partner falls silent", () => {
    const pace = new Pace();
    expect(pace.asked(true)).toBe(true);
    expect(pace.told("your_turn")).toBe(true);
    expect(pace.told("partner_speaking")).toBe(true);
    expect(pace.told("your_turn")).toBe(false);
  });

  it("ends when the line is cut off by talking, and when it is asked for at the usual pace", () => {
    const pace = new Pace();
    pace.asked(true);
    expect(pace.told("arming")).toBe(false);
    pace.asked(true);
    expect(pace.asked(false)).toBe(false);
    expect(pace.told("partner_speaking")).toBe(false);
  });
});

describe("the line that a take two answers", () => {
  const earlier = [line(0, "ai", "a"), line(1, "trainee", "b"), line(2, "ai", "c"), line(3, "trainee", "d")];
  const view = { phase: "your_turn" as const, partner_voice: true, lines: [], earlier };

  it("can be heard again until the partner has said something new", () => {
    expect(olderClip(view)).toBe("c");
    expect(olderClip({ ...view, lines: [line(0, "trainee", "e")] })).toBe("c");
    expect(olderClip({ ...view, lines: [line(0, "trainee", "e"), line(1, "ai", "f")] })).toBeNull();
  });

  it("is silent where it never had a sound, when lines are only read, and while somebody talks", () => {
    expect(olderClip({ ...view, earlier: [line(0, "ai", null)] })).toBeNull();
    expect(olderClip({ ...view, partner_voice: false })).toBeNull();
    expect(olderClip({ ...view, phase: "recording" })).toBeNull();
    expect(olderClip({ ...view, earlier: [] })).toBeNull();
  });
});
