import { render } from "svelte/server";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { CostView, ExchangeView } from "../../lib/api";
import { learn, speak } from "../../lib/text/translate.svelte";
import Exchanges from "./Exchanges.svelte";

const partner: ExchangeView = {
  role: "partner",
  host: "qwen.example.org",
  on_this_computer: false,
  model: "qwen-omni",
  requests: 3,
  sent: 240_000,
  received: 1_500_000,
  tokens: { text_in: 3_000, audio_in: 3_750, text_out: 900, audio_out: 0, cached: 0 },
  cost: null,
};
const cost: CostView = { micro_dollars: 73_734, as_of: "2026-11", market: "international" };
const shown = (exchanges: ExchangeView[], total: CostView | null = null) =>
  render(Exchanges, { props: { exchanges, total } }).body;

describe("where the voice went", () => {
  beforeAll(async () => {
    vi.stubGlobal("document", { documentElement: { lang: "" } });
    await learn("en");
  });
  afterEach(() => speak("en"));

  it("is told by purpose and host, with sizes in words", () => {
    const body = shown([partner]);
    for (const text of ["Answering", "qwen.example.org", "qwen-omni", "240 kB", "1.5 MB"]) expect(body).toContain(text);
  });

  it("names this computer where it was this one", () => {
    expect(shown([{ ...partner, host: "127.0.0.1:11434", on_this_computer: true }])).toContain("This computer");
  });

  it("is left out where nothing went anywhere", () => {
    expect(shown([])).not.toContain("section");
  });

  it("tells the tokens by kind, and says when nobody counted", () => {
    expect(shown([partner])).toMatch(/In: 3,000 of text and 3,750 of sound.*Out: 900 of text</);
    expect(shown([{ ...partner, tokens: null }])).toContain("Not counted");
  });

  it("calls a cost an estimate, by prices of a month, and leaves out what is not known", () => {
    const body = shown([
      { ...partner, cost },
      { ...partner, role: "evaluator" },
    ]);
    for (const text of ["Estimated cost", "about $0.07", "November 2026", "before taxes", "–"])
      expect(body).toContain(text);
    expect(body, "not everything is known").not.toContain("In all");
    expect(shown([{ ...partner, cost }], cost)).toContain("In all about $0.07, as an estimate");
    const small = { ...cost, micro_dollars: 900 };
    expect(shown([{ ...partner, cost: small }], small)).toContain("less than $0.01");
    expect(shown([partner])).not.toMatch(/[Cc]ost/);
  });

  it("is told in Chinese too", async () => {
    await speak("zh-CN");
    const body = shown([{ ...partner, cost }], cost);
    for (const text of ["文字 3,000", "声音 3,750", "估计总计约 US$0.07", "2026年11月"]) expect(body).toContain(text);
  });
});
