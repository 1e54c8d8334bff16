import { expect, it } from "vitest";
import { stillOpen, timeLeft } from "./receipts";

const receipt = (session: string, until: number) => ({
  sessions: [session],
  turns: 1,
  audio_bytes: null,
  undo_until: new Date(until).toISOString(),
});

it("each deletion can be undone for its own time", () => {
  const receipts = [receipt("a", 10_000), receipt("b", 14_000)];
  expect(stillOpen(receipts, 9_999)).toBe(receipts);
  expect(stillOpen(receipts, 10_000).map(({ sessions }) => sessions)).toEqual([["b"]]);
  expect(stillOpen(receipts, 14_000)).toEqual([]);
  expect(timeLeft(receipt("b", 14_000), 10_000)).toBe(4_000);
});
