import { describe, expect, it } from "vitest";
import type { LineView, Notice } from "../../lib/api";
import { unheardLine } from "./unheard";

const line = (sequence: number, speaker: LineView["speaker"], text: string, clip: string | null): LineView => ({
  sequence,
  speaker,
  text,
  transcript_status: "completed",
  coming: false,
  clip,
  duration_ms: null,
  peaks: [],
  note: null,
});
const notice = (kind: Exclude<Notice["kind"], "microphone_switched" | "stand_in">) => ({ number: 1, notice: { kind } });

describe("the partner's latest line", () => {
  it("is read out when it has no sound, in whatever practice", () => {
    const lines = [line(0, "ai", "Yes?", "a"), line(1, "trainee", "A word.", null), line(2, "ai", "Go on.", null)];
    expect(unheardLine({ lines, notice: null })).toBe("Go on.");
  });

  it("is left to its voice when there is one", () => {
    const lines = [line(0, "ai", "Yes?", null), line(1, "trainee", "A word.", null), line(2, "ai", "Go on.", "b")];
    expect(unheardLine({ lines, notice: notice("take_too_quiet") })).toBe("");
    expect(unheardLine({ lines: [], notice: null })).toBe("");
  });

  it("is not read out word by word while it is coming", () => {
    const lines = [line(0, "ai", "Yes?", null), line(1, "trainee", "A word.", null)];
    const coming = { ...line(2, "ai", "Go", null), coming: true };
    expect(unheardLine({ lines: [...lines, coming], notice: null })).toBe("Yes?");
    expect(unheardLine({ lines: [...lines, line(2, "ai", "Go on.", null)], notice: null })).toBe("Go on.");
  });

  it("is read out when its voice could not be played", () => {
    expect(unheardLine({ lines: [line(0, "ai", "Yes?", "a")], notice: notice("voice_failed") })).toBe("Yes?");
  });
});
