import { describe, expect, it } from "vitest";
import type { ExchangeView } from "../../lib/api";
import { answeredBy } from "./answered";

const one = (model: string, received: number, out: number | null = null, role = "partner"): ExchangeView => ({
  role,
  host: "h",
  on_this_computer: false,
  model,
  requests: 1,
  sent: 1,
  received,
  tokens: out === null ? null : { text_in: 1, audio_in: 0, text_out: out, audio_out: 0, cached: 0 },
  cost: null,
});

describe("who answered in a session", () => {
  it("is not who only refused or was never reached", () => {
    expect(answeredBy([one("dead", 0), one("refuses", 300), one("speaks", 90_000)])).toEqual(["speaks"]);
    expect(answeredBy([one("counts", 40, 12), one("counts none", 5_000, 0)])).toEqual(["counts"]);
  });

  it("is everybody who did, once, and no other task", () => {
    expect(
      answeredBy([one("a", 9_000), one("b", 9_000), one("a", 9_000), one("ears", 9_000, null, "transcriber")]),
    ).toEqual(["a", "b"]);
  });

  it("is who was asked, where nobody answered", () => {
    expect(answeredBy([one("dead", 0)])).toEqual(["dead"]);
    expect(answeredBy([])).toEqual([]);
  });
});
