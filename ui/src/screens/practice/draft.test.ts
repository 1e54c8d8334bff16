import { describe, expect, it } from "vitest";
import type { LineView } from "../../lib/api";
import { Draft, TYPING_MS } from "./draft.svelte";

const line = (sequence: number, speaker: LineView["speaker"], clip: string | null): LineView => ({
  sequence,
  speaker,
  text: null,
  transcript_status: "pending",
  coming: false,
  clip,
  duration_ms: null,
  peaks: [],
  note: null,
});
const opening = [line(0, "ai", "a")];

function written(text: string): Draft {
  const draft = new Draft();
  draft.open = true;
  draft.text = text;
  return draft;
}

describe("the words of a typed turn", () => {
  it("stay until the turn is in the dialogue", () => {
    const draft = written(" I need a day off. ");
    expect(draft.send(opening)).toBe("I need a day off.");
    draft.answered();
    draft.told(opening, false);
    expect(draft.sent).toBe(true);
    expect(draft.text).toBe(" I need a day off. ");
    draft.told([...opening, line(1, "trainee", null)], false);
    expect([draft.text, draft.open, draft.sent]).toEqual(["", false, false]);
  });

  it("stay when the core did not take them, and can be sent again", () => {
    const draft = written("Wait.");
    draft.send(opening);
    draft.told(opening, true);
    expect(draft.send(opening)).toBeNull();
    draft.answered();
    draft.told(opening, true);
    expect([draft.text, draft.open]).toEqual(["Wait.", true]);
    expect(draft.send(opening)).toBe("Wait.");
  });

  it("are not taken for a turn that was spoken", () => {
    const draft = written("Wait.");
    draft.send(opening);
    draft.answered();
    draft.told([...opening, line(1, "trainee", "b")], true);
    expect(draft.text).toBe("Wait.");
  });

  it("are sent once", () => {
    const draft = written("Yes.");
    draft.send(opening);
    expect(draft.send(opening)).toBeNull();
    expect(written("  \n").send(opening)).toBeNull();
  });

  it("go when the user closes the box", () => {
    const draft = written("Never mind.");
    draft.close();
    expect([draft.text, draft.open]).toEqual(["", false]);
  });

  it("leave the box open for the next turn when there is nothing to talk into, until the user closes it", () => {
    const draft = new Draft();
    draft.stay();
    for (const sequence of [1, 3]) {
      draft.text = "Then I write.";
      draft.send([]);
      draft.answered();
      draft.told([line(sequence, "trainee", null)], false);
      expect([draft.text, draft.open, draft.sent]).toEqual(["", true, false]);
    }
    draft.close();
    draft.open = true;
    draft.text = "And again.";
    draft.send([]);
    draft.told([line(5, "trainee", null)], false);
    expect(draft.open).toBe(false);
  });

  it("tell the core at most every 15 s that somebody is typing", () => {
    const draft = written("word");
    const told = [0, 900, TYPING_MS - 1, TYPING_MS, TYPING_MS + 1].map((at) => draft.stirs(draft.text, at));
    expect(told).toEqual([true, false, false, true, false]);
    expect(draft.stirs(" ", 60_000)).toBe(false);
  });
});
