import { describe, expect, it } from "vitest";
import type { Notice } from "../../lib/api";
import { unheardLine } from "./unheard";
import { line } from "./testing";

const notice = (kind: Exclude<Notice["kind"], "microphone_switched" | "stand_in">) => ({ number: 1, notice: { kind } });

describe("the partner's latest line", () => {
  it("is read out when it has no sound, in whatever practice", () => {
    const lines = [line(0, "ai", "a", "Yes?"), line(1, "trainee", null, "A word."), line(2, "ai", null, "Go on.")];
    expect(unheardLine({ lines, notice: null })).toBe("Go on.");
  });

  it("is left to its voice when there is one", () => {
    const lines = [line(0, "ai", null, "Yes?"), line(1, "trainee", null, "A word."), line(2, "ai", "b", "Go on.")];
    expect(unheardLine({ lines, notice: notice("take_too_quiet") })).toBe("");
    expect(unheardLine({ lines: [], notice: null })).toBe("");
  });

  it("is not read out word by word while it is coming", () => {
    const lines = [line(0, "ai", null, "Yes?"), line(1, "trainee", null, "A word.")];
    const coming = { ...line(2, "ai", null, "Go"), coming: true };
    expect(unheardLine({ lines: [...lines, coming], notice: null })).toBe("Yes?");
    expect(unheardLine({ lines: [...lines, line(2, "ai", null, "Go on.")], notice: null })).toBe("Go on.");
  });

  it("is read out when its voice could not be played", () => {
    expect(unheardLine({ lines: [line(0, "ai", "a", "Yes?")], notice: notice("voice_failed") })).toBe("Yes?");
  });
});
