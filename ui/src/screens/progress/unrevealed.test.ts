import { render } from "svelte/server";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { learn, speak } from "../../lib/text/translate.svelte";
import Unrevealed from "./Unrevealed.svelte";

const html = (count: number, more = false) =>
  render(Unrevealed, { props: { results: count === 0 ? null : { count, more, latest: "s" } } }).body;

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
});
afterEach(() => speak("en"));

describe("what waits for one's own rating", () => {
  it("is nothing where everything was looked at", () => {
    expect(html(0)).not.toContain("<p");
  });

  it("is counted, and leads to the latest", () => {
    expect(html(1)).toContain("1 practice waits for your own rating first.");
    expect(html(2)).toContain("2 practices wait for your own rating first.");
    expect(html(99, true)).toContain("More than 99 practices wait for your own rating first.");
    expect(html(2)).toMatch(/<button[^>]*progress-unrevealed-open[^>]*>Open the latest/);
  });

  it("is told in Chinese too", async () => {
    await speak("zh-CN");
    expect(html(2)).toContain("还有 2 次练习等你先给自己打分。");
    expect(html(99, true)).toContain("还有超过 99 次练习等你先给自己打分。");
  });
});
