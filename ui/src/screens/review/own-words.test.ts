import { render } from "svelte/server";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { LineView } from "../../lib/api";
import { quote, review, turn } from "../../lib/feedback/made";
import { learn } from "../../lib/text/translate.svelte";
import type { Playback } from "./playback.svelte";
import Turn from "./Turn.svelte";

const playback = {
  player: { clip: null, playing: false, at: 0, error: null },
  current: null,
  through: false,
} as unknown as Playback;

function shown(changes: Partial<LineView>, given: object = { correct: () => Promise.resolve() }): string {
  const one = turn(changes);
  const props = { view: review(), turn: one, index: 0, playback, longest: 4000, delivery: undefined, pitch: null };
  return render(Turn, { props: { ...props, ...given } }).body;
}

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
});

describe("the words of a turn", () => {
  it("can be corrected where the trainee spoke them", () => {
    expect(shown({})).toMatch(/aria-label="Correct the words of turn 2"[^>]*>Correct the words</);
  });

  it("can be written where nobody could make them out", () => {
    const body = shown({ text: null, transcript_status: "failed" });
    expect(body).toContain("Could not be written down");
    expect(body).toContain(">Write it yourself<");
  });

  it("stay as they are where they were typed, are the partner’s, or are still on their way", () => {
    const unchanged = [
      shown({ clip: null }),
      shown({ speaker: "ai" }),
      shown({ text: null, transcript_status: "pending" }),
    ];
    for (const body of [...unchanged, shown({}, {})]) expect(body).not.toContain("words-correct");
  });

  it("have the words marked that the feedback points at, corrected or not", () => {
    const marked = /<mark[^>]*>talk about my pay<\/mark>/;
    expect(shown({}, { quote: quote() })).toMatch(marked);
    expect(shown({}, { quote: quote(), correct: () => Promise.resolve() })).toMatch(marked);
    expect(shown({}, {})).not.toContain("<mark");
  });
});
