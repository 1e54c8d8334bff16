import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";
import type { ExchangeView } from "../../lib/api";
import { learn } from "../../lib/text/translate.svelte";
import Exchanges from "./Exchanges.svelte";

const partner: ExchangeView = {
  role: "partner",
  host: "qwen.example.org",
  on_this_computer: false,
  model: "qwen-omni",
  requests: 3,
  sent: 240_000,
  received: 1_500_000,
};
const shown = (exchanges: ExchangeView[]) => render(Exchanges, { props: { exchanges } }).body;

describe("where the voice went", () => {
  beforeAll(() => learn("en"));

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
});
