import { render } from "svelte/server";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { EndCard as End, LineView, PracticeView } from "../../lib/api";
import { learn, speak } from "../../lib/text/translate.svelte";
import EndCard from "./EndCard.svelte";
import { line } from "./testing";

const END = {
  reason: "manual",
  objective: { status: "unknown", reason: null },
  trainee_turns: 1,
  active_ms: 60_000,
  last_trainee_sequence: 1,
} as unknown as End;

function shown(...lines: LineView[]): string {
  const view = { session: "s", lines, allowed: { reopen: false }, notice: null, reopen_left_ms: null, options: {} };
  return render(EndCard, { props: { view: view as unknown as PracticeView, end: END, past: 0 } }).body;
}
const way = (body: string) => /data-testid="to-review"[^>]*>(.*?)<\/button>/s.exec(body)?.[1]?.replace(/<[^>]*>/g, "");

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
  await speak("en");
});

describe("the end card", () => {
  it("offers to listen where there is something to hear", () => {
    expect(way(shown(line(0, "ai", null), line(1, "trainee", "c")))).toContain("Listen again");
    expect(way(shown(line(0, "ai", "c"), line(1, "trainee", null)))).toContain("Listen again");
  });

  it("offers to read what has no sound", () => {
    expect(way(shown(line(0, "ai", null), line(1, "trainee", null)))).toContain("Read it again");
  });

  it("names the key of a way that has one", () => {
    const home = /<button[^>]*data-testid="end-home".*?<\/button>/s.exec(shown(line(0, "ai", "c")))?.[0];
    expect(home).toContain("Key: Ctrl+1");
  });
});
